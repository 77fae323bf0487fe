import Clocks
import Foundation
import Logs
import NIOCore
import Storage
import Testing

@testable import Gateway

/// CloudWatch Logs without a socket; what real clients make of it is tested in `Tests/Clients`.
@Suite final class LogOperationsTests {
    private let path: String
    private let operations: LogOperations
    private let time = ManualTime(start: Timestamp(milliseconds: 1_700_000_000_000))

    init() throws {
        let memory = "/dev/shm/"
        let folder = FileManager.default.isWritableFile(atPath: memory) ? memory : NSTemporaryDirectory()
        path = "\(folder)sluice-gateway-\(UUID().uuidString)"
        let database = try Database(folder: DataFolder(path: path))
        operations = LogOperations(
            store: try LogStore(
                database: database, writer: GroupCommitWriter(database: database), time: time,
                settings: .init(region: "eu-west-1", accountID: "123456789012"), owned: NoOwnedLogs()))
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    private func call(_ operation: String, _ body: String) async -> String {
        let request = DynamoDBService.Request(body: Array(body.utf8), host: "localhost")
        return await withCheckedContinuation { continuation in
            operations.answer(operation, request) { result in
                switch result {
                case .success(let json): continuation.resume(returning: String(decoding: json, as: UTF8.self))
                case .failure(let error): continuation.resume(returning: String(buffer: ServiceError(error).body))
                }
            }
        }
    }

    @Test func answersHaveAWSsMembers() async {
        #expect(await call("CreateLogGroup", #"{"logGroupName":"/a","tags":{"k":"v"},"kmsKeyId":"key"}"#) == "")
        #expect(await call("PutRetentionPolicy", #"{"logGroupName":"/a","retentionInDays":7}"#) == "")
        #expect(await call("CreateLogStream", #"{"logGroupName":"/a","logStreamName":"s"}"#) == "")
        let put = await call(
            "PutLogEvents",
            #"{"logGroupName":"/a","logStreamName":"s","logEvents":[{"timestamp":1,"message":"x"},"#
                + #"{"timestamp":1699999999000,"message":"é"}]}"#)
        #expect(
            put == #"{"nextSequenceToken":"4\#(String(repeating: "0", count: 54))1","#
                + #""rejectedLogEventsInfo":{"tooOldLogEventEndIndex":1}}"#)
        #expect(
            await call("DescribeLogGroups", "{}")
                == #"{"logGroups":[{"logGroupName":"/a","creationTime":1700000000000,"#
                + #""arn":"arn:aws:logs:eu-west-1:123456789012:log-group:/a:*","retentionInDays":7,"#
                + #""metricFilterCount":0,"storedBytes":28,"kmsKeyId":"key","logGroupClass":"STANDARD","#
                + #""logGroupArn":"arn:aws:logs:eu-west-1:123456789012:log-group:/a","deletionProtectionEnabled":false}]}"#
        )
        #expect(
            await call(
                "DescribeLogStreams", #"{"logGroupIdentifier":"arn:aws:logs:eu-west-1:123456789012:log-group:/a"}"#)
                == #"{"logStreams":[{"logStreamName":"s","creationTime":1700000000000,"#
                + #""firstEventTimestamp":1699999999000,"lastEventTimestamp":1699999999000,"#
                + #""lastIngestionTime":1700000000000,"#
                + #""arn":"arn:aws:logs:eu-west-1:123456789012:log-group:/a:log-stream:s","storedBytes":0}]}"#)
        let get = await call("GetLogEvents", #"{"logGroupName":"/a","logStreamName":"s"}"#)
        #expect(
            get.hasPrefix(
                #"{"events":[{"timestamp":1699999999000,"message":"é","ingestionTime":1700000000000}],"nextForwardToken":"f/"#
            ))
        let filter = await call("FilterLogEvents", #"{"logGroupName":"/a","filterPattern":"é","interleaved":true}"#)
        #expect(filter.hasPrefix(#"{"events":[{"logStreamName":"s","timestamp":1699999999000,"message":"é","#))
        #expect(filter.hasSuffix(#""searchedLogStreams":[]}"#))
        #expect(
            await call("ListTagsForResource", #"{"resourceArn":"arn:aws:logs:eu-west-1:123456789012:log-group:/a"}"#)
                == #"{"tags":{"k":"v"}}"#)
        #expect(await call("DeleteLogGroup", #"{"logGroupName":"/a"}"#) == "")
    }

    @Test(
        arguments: [
            (
                "CreateLogGroup", #"{"logGroupName":"a b"}"#, "InvalidParameterException",
                "1 validation error detected: Value 'a b' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern"
            ),
            ("CreateLogGroup", "{}", "InvalidParameterException", "Value null at 'logGroupName'"),
            ("CreateLogGroup", #"{"logGroupName":"aws/x"}"#, "InvalidParameterException", "begins with aws/"),
            ("CreateLogGroup", #"{"logGroupName":7}"#, "SerializationException", "NUMBER_VALUE cannot be converted"),
            ("CreateLogGroup", "{", "SerializationException", ""),
            (
                "DeleteLogGroup", #"{"logGroupName":"x"}"#, "ResourceNotFoundException",
                "The specified log group does not exist."
            ),
            (
                "PutRetentionPolicy", #"{"logGroupName":"x","retentionInDays":2}"#, "InvalidParameterException",
                "Invalid retentionInDays value: 2."
            ),
            ("CreateLogStream", #"{"logGroupName":"x","logStreamName":"a:b"}"#, "InvalidParameterException", "[^:*]*"),
            ("DescribeLogStreams", "{}", "InvalidParameterException", "Give logGroupName or logGroupIdentifier."),
            (
                "DescribeLogStreams", #"{"logGroupName":"x","logGroupIdentifier":"x"}"#, "InvalidParameterException",
                "leave one out"
            ),
            (
                "DescribeLogGroups", #"{"logGroupNamePrefix":"x","logGroupNamePattern":"x"}"#,
                "InvalidParameterException", "mutually exclusive"
            ),
            (
                "DescribeLogGroups", #"{"nextToken":"!"}"#, "InvalidParameterException",
                "The specified nextToken is invalid."
            ),
            (
                "PutLogEvents", #"{"logGroupName":"x","logStreamName":"s","logEvents":[]}"#,
                "InvalidParameterException", "length greater than or equal to 1"
            ),
            (
                "PutLogEvents",
                #"{"logGroupName":"x","logStreamName":"s","logEvents":[{"timestamp":-1,"message":""}]}"#,
                "InvalidParameterException", "2 validation errors detected"
            ),
            (
                "FilterLogEvents", #"{"logGroupName":"x","filterPattern":"a:b"}"#, "InvalidParameterException",
                "Invalid character(s) in term ':' at character 2"
            ),
            (
                "FilterLogEvents", #"{"logGroupName":"x","logStreamNames":["a"],"logStreamNamePrefix":"a"}"#,
                "InvalidParameterException", "leave one out"
            ),
            (
                "GetLogEvents", #"{"logGroupName":"x","logStreamName":"s","nextToken":"f/1"}"#,
                "InvalidParameterException", "The specified nextToken is invalid."
            ),
            (
                "TagResource", #"{"resourceArn":"arn:aws:logs:x","tags":{"a":"b"}}"#, "InvalidParameterException",
                "is no ARN of a log group"
            ),
            ("StartQuery", "{}", "UnknownOperationException", "The operation StartQuery does not run here"),
        ])
    func isRefused(operation: String, body: String, type: String, message: String) async {
        let answer = await call(operation, body)
        #expect(member(answer, "__type") == type, "\(answer)")
        let told = member(answer, "message") ?? member(answer, "Message") ?? ""
        #expect(told.contains(message) || message.isEmpty, "\(answer)")
    }

    @Test func listsGoOnFromTheirTokens() async throws {
        for name in ["a", "b", "c"] { _ = await call("CreateLogGroup", #"{"logGroupName":"\#(name)"}"#) }
        var (names, token) = ("", "")
        repeat {
            let page = await call("DescribeLogGroups", #"{"limit":2\#(token)}"#)
            names += [0, 1].compactMap { member(page, "logGroups", $0, "logGroupName") }.joined()
            token = member(page, "nextToken").map { #","nextToken":"\#($0)""# } ?? ""
        } while !token.isEmpty
        #expect(names == "abc")
        for (name, age) in [("x", 1), ("y", 3), ("z", 2)] {
            _ = await call("CreateLogStream", #"{"logGroupName":"a","logStreamName":"\#(name)"}"#)
            _ = await call(
                "PutLogEvents",
                #"{"logGroupName":"a","logStreamName":"\#(name)","logEvents":[{"timestamp":\#(1_700_000_000_000 - age),"message":"m"}]}"#
            )
        }
        for (order, expected) in [
            ("", "xyz"), (#","descending":true"#, "zyx"), (#","orderBy":"LastEventTime""#, "yzx"),
            (#","orderBy":"LastEventTime","descending":true"#, "xzy"),
        ] {
            (names, token) = ("", "")
            repeat {
                let page = await call("DescribeLogStreams", #"{"logGroupName":"a","limit":2\#(order)\#(token)}"#)
                names += [0, 1].compactMap { member(page, "logStreams", $0, "logStreamName") }.joined()
                token = member(page, "nextToken").map { #","nextToken":"\#($0)""# } ?? ""
            } while !token.isEmpty
            #expect(names == expected)
        }
    }
}
