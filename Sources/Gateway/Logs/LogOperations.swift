import Foundation
import Logs

/// Answers the operations of CloudWatch Logs (JSON protocol 1.1, API version 2014-03-28).
struct LogOperations: Sendable {
    /// The body of an answer, empty where AWS answers nothing, or what ``ServiceError/init(ofLogs:)`` tells of.
    typealias Reply = @Sendable (Result<[UInt8], any Error>) -> Void

    let store: LogStore

    /// Answers one request; `reply` is called exactly once, from any thread.
    func answer(_ operation: String, _ request: DynamoDBService.Request, reply: @escaping Reply) {
        let body = request.body
        // The border to callback code. It is not cancelled when the client goes away: what is written is written.
        Task {
            do { reply(.success(try await answer(operation, body))) } catch {
                reply(.failure(ServiceError(ofLogs: error)))
            }
        }
    }

    private func answer(_ operation: String, _ body: [UInt8]) async throws -> [UInt8] {
        switch operation {
        case "CreateLogGroup": try await createGroup(body)
        case "DeleteLogGroup": try await deleteGroup(body)
        case "DescribeLogGroups": try describeGroups(body)
        case "PutRetentionPolicy": try await putRetention(body)
        case "DeleteRetentionPolicy": try await deleteRetention(body)
        case "CreateLogStream": try await createStream(body)
        case "DeleteLogStream": try await deleteStream(body)
        case "DescribeLogStreams": try describeStreams(body)
        case "PutLogEvents": try await putEvents(body)
        case "GetLogEvents": try getEvents(body)
        case "FilterLogEvents": try filterEvents(body)
        case "TagResource": try await tagResource(body)
        case "UntagResource": try await untagResource(body)
        case "ListTagsForResource": try listTagsForResource(body)
        case "TagLogGroup": try await tagGroup(body)
        case "UntagLogGroup": try await untagGroup(body)
        case "ListTagsLogGroup": try listTagsOfGroup(body)
        default:
            throw ServiceError(
                .ofLogs("UnknownOperationException"),
                "The operation \(operation.prefix(100)) does not run here; FilterLogEvents and GetLogEvents read logs.")
        }
    }

    // MARK: Requests

    static func read(_ body: [UInt8], _ members: [Shape.Member]) throws -> RequestValue {
        let request = try RequestReader.read(body, members, model: LogShapes.model)
        try ConstraintCheck.check(request, members)
        return request
    }

    /// The group that a request names, by its name or as a part of an ARN.
    static func groupName(_ request: RequestValue) throws(ServiceError) -> String {
        switch (request["logGroupName"]?.text, request["logGroupIdentifier"]?.text) {
        case (let name?, nil): return name
        case (nil, let identifier?): return identifier.hasPrefix("arn:") ? try groupName(arn: identifier) : identifier
        case (nil, nil): throw .ofLogs("Give logGroupName or logGroupIdentifier.")
        default: throw .ofLogs("LogGroup name and identifier cannot be provided together; leave one out.")
        }
    }

    /// The name in `arn:aws:logs:REGION:ACCOUNT:log-group:NAME`, which may end in `:*`.
    static func groupName(arn: String) throws(ServiceError) -> String {
        let parts = arn.split(separator: ":", maxSplits: 8, omittingEmptySubsequences: false)
        guard parts.count == 7 || parts.count == 8 && parts[7] == "*", parts[0] == "arn", parts[2] == "logs",
            parts[5] == "log-group"
        else {
            throw .ofLogs(
                "\(arn.prefix(200)) is no ARN of a log group; give arn:aws:logs:REGION:ACCOUNT:log-group:NAME.")
        }
        return String(parts[6])
    }

    static func json(_ members: (inout JSONWriter) -> Void) -> [UInt8] {
        var json = JSONWriter()
        json.object(members)
        return json.bytes
    }

    // MARK: Tokens

    /// Where a list goes on, as a token.
    static func token(_ place: some Encodable) throws -> String {
        try JSONEncoder().encode(place).base64EncodedString()
    }

    static func place<Place: Decodable>(_ request: RequestValue, as type: Place.Type = Place.self) throws -> Place? {
        guard let token = request["nextToken"]?.text else { return nil }
        guard let data = Data(base64Encoded: token), let place = try? JSONDecoder().decode(type, from: data) else {
            throw ServiceError.ofLogs("The specified nextToken is invalid.")
        }
        return place
    }
}
