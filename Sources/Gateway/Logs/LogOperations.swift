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

    /// Those that run here.
    enum Name: String {
        case createLogGroup = "CreateLogGroup"
        case deleteLogGroup = "DeleteLogGroup"
        case describeLogGroups = "DescribeLogGroups"
        case putRetentionPolicy = "PutRetentionPolicy"
        case deleteRetentionPolicy = "DeleteRetentionPolicy"
        case createLogStream = "CreateLogStream"
        case deleteLogStream = "DeleteLogStream"
        case describeLogStreams = "DescribeLogStreams"
        case putLogEvents = "PutLogEvents"
        case getLogEvents = "GetLogEvents"
        case filterLogEvents = "FilterLogEvents"
        case tagResource = "TagResource"
        case untagResource = "UntagResource"
        case listTagsForResource = "ListTagsForResource"
        case tagLogGroup = "TagLogGroup"
        case untagLogGroup = "UntagLogGroup"
        case listTagsLogGroup = "ListTagsLogGroup"
    }

    private func answer(_ operation: String, _ body: [UInt8]) async throws -> [UInt8] {
        guard let name = Name(rawValue: operation) else {
            throw ServiceError(
                .ofLogs("UnknownOperationException"),
                "The operation \(operation.prefix(100)) does not run here; FilterLogEvents and GetLogEvents read logs.")
        }
        return switch name {
        case .createLogGroup: try await createGroup(body)
        case .deleteLogGroup: try await deleteGroup(body)
        case .describeLogGroups: try describeGroups(body)
        case .putRetentionPolicy: try await putRetention(body)
        case .deleteRetentionPolicy: try await deleteRetention(body)
        case .createLogStream: try await createStream(body)
        case .deleteLogStream: try await deleteStream(body)
        case .describeLogStreams: try describeStreams(body)
        case .putLogEvents: try await putEvents(body)
        case .getLogEvents: try getEvents(body)
        case .filterLogEvents: try filterEvents(body)
        case .tagResource: try await tagResource(body)
        case .untagResource: try await untagResource(body)
        case .listTagsForResource: try listTagsForResource(body)
        case .tagLogGroup: try await tagGroup(body)
        case .untagLogGroup: try await untagGroup(body)
        case .listTagsLogGroup: try listTagsOfGroup(body)
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
