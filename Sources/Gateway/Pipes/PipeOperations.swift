import Foundation
import HTTPServing
import NIOCore
import NIOHTTP1

/// The Pipes API (REST JSON, API version 2015-10-07), as far as it goes here: pipes are listed, described, started and
/// stopped. They are made and changed in the template.
struct PipeOperations: Sendable {
    /// Most pipes in one answer of ListPipes. AWS: 100.
    static let pageCountMax = 100

    struct Failure: Error {
        let status: HTTPResponseStatus
        let type: String
        let message: String

        static func validation(_ message: String) -> Failure {
            Failure(status: .badRequest, type: "ValidationException", message: message)
        }
        static func unknown(_ name: String) -> Failure {
            Failure(status: .notFound, type: "NotFoundException", message: "Pipe \(name) does not exist.")
        }
    }

    let control: any EngineControl

    /// The JSON that answers a request below `/v1/pipes`.
    ///
    /// - Throws: ``Failure``, and whatever the engine throws.
    func answer(_ method: HTTPMethod, path: String, query: String?) async throws -> [UInt8] {
        let parts = path.dropFirst().split(separator: "/").dropFirst(2).map { $0.removingPercentEncoding ?? String($0) }
        switch (method, parts.count, parts.last) {
        case (.GET, 0, _): return try list(Self.parameters(query))
        case (.GET, 1, let name?): return try describe(name)
        case (.POST, 2, "start"): return try await set(parts[0], runs: true)
        case (.POST, 2, "stop"): return try await set(parts[0], runs: false)
        case (.POST, 1, _), (.PUT, 1, _), (.DELETE, 1, _):
            throw Failure.validation(
                "Pipes are made, changed and removed in the template here; edit it and start the engine again.")
        default:
            throw Failure(
                status: .notFound, type: "UnknownOperationException", message: "There is no \(method) \(path).")
        }
    }

    private static func parameters(_ query: String?) -> [String: String] {
        var components = URLComponents()
        components.percentEncodedQuery = query
        return Dictionary(
            (components.queryItems ?? []).map { ($0.name, $0.value ?? "") }, uniquingKeysWith: { _, last in last })
    }

    private func list(_ parameters: [String: String]) throws -> [UInt8] {
        let limit = parameters["Limit"].map { Int($0) ?? 0 } ?? Self.pageCountMax
        guard (1...Self.pageCountMax).contains(limit) else {
            throw Failure.validation(
                "1 validation error detected: Value '\(parameters["Limit"] ?? "")' at 'limit' failed to satisfy constraint: "
                    + "Member must have value between 1 and \(Self.pageCountMax)")
        }
        var after = ""
        if let token = parameters["NextToken"] {
            guard let bytes = Data(base64Encoded: token), let name = String(bytes: bytes, encoding: .utf8) else {
                throw Failure.validation("Invalid token.")
            }
            after = name
        }
        func agrees(_ name: String, _ holds: (String) -> Bool) -> Bool { parameters[name].map(holds) ?? true }
        let found = control.pipes.filter { pipe in
            pipe.name > after && agrees("NamePrefix") { pipe.name.hasPrefix($0) }
                && agrees("SourcePrefix") { pipe.sourceARN.hasPrefix($0) }
                && agrees("TargetPrefix") { pipe.targetARN.hasPrefix($0) }
                && agrees("DesiredState") { pipe.desiredState == $0 }
                && agrees("CurrentState") { pipe.currentState == $0 }
        }
        let page = found.prefix(limit)
        var json = JSONWriter()
        json.object { json in
            if found.count > page.count, let last = page.last {
                json.member("NextToken", Data(last.name.utf8).base64EncodedString())
            }
            json.member("Pipes", page) { json, pipe in
                json.object { json in
                    json.summary(pipe)
                    if let enrichment = pipe.enrichmentARN { json.member("Enrichment", enrichment) }
                    json.member("Source", pipe.sourceARN)
                    json.member("Target", pipe.targetARN)
                }
            }
        }
        return json.bytes
    }

    private func describe(_ name: String) throws -> [UInt8] {
        guard let pipe = control.pipes.first(where: { $0.name == name }) else { throw Failure.unknown(name) }
        var json = JSONWriter()
        json.object { json in
            json.summary(pipe)
            if let enrichment = pipe.enrichmentARN { json.member("Enrichment", enrichment) }
            if let parameters = pipe.enrichmentParametersJSON { json.member("EnrichmentParameters", raw: parameters) }
            if let logs = pipe.logConfigurationJSON { json.member("LogConfiguration", raw: logs) }
            json.member("RoleArn", pipe.roleARN)
            json.member("Source", pipe.sourceARN)
            json.member("SourceParameters", raw: pipe.sourceParametersJSON)
            json.member("Target", pipe.targetARN)
            if let parameters = pipe.targetParametersJSON { json.member("TargetParameters", raw: parameters) }
        }
        return json.bytes
    }

    private func set(_ name: String, runs: Bool) async throws -> [UInt8] {
        guard let pipe = try await control.setPipe(name, runs: runs) else { throw Failure.unknown(name) }
        var json = JSONWriter()
        json.object { $0.summary(pipe) }
        return json.bytes
    }
}
