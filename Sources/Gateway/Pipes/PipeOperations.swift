import Foundation
import HTTPServing
import NIOCore
import NIOHTTP1

/// The Pipes API (REST JSON, API version 2015-10-07).
struct PipeOperations: Sendable {
    /// Largest request. Nothing that AWS's model allows comes near it.
    static let bodyBytesMax = 1 << 20
    /// Most pipes in one answer of ListPipes. AWS: 100.
    static let pageCountMax = 100

    let control: any EngineControl

    /// The JSON that answers a request; empty for an operation that answers nothing.
    ///
    /// - Throws: ``PipeFailure``, and whatever the engine throws.
    func answer(_ method: HTTPMethod, path: String, query: String?, body: [UInt8] = []) async throws -> [UInt8] {
        let parts = path.dropFirst().split(separator: "/").map { $0.removingPercentEncoding ?? String($0) }
        if parts.first == "tags" {
            // An ARN has slashes; AWS's clients escape them.
            let resource = parts.dropFirst().joined(separator: "/")
            switch method {
            case .GET: return try listTags(of: resource)
            case .POST: return try await tag(resource, body)
            case .DELETE: return try await untag(resource, query)
            default: throw PipeFailure.unknownOperation(method, path)
            }
        }
        let names = Array(parts.dropFirst(2))
        switch (method, names.count, names.last) {
        case (.GET, 0, _): return try list(query)
        case (.GET, 1, let name?): return try describe(name)
        case (.POST, 1, let name?):
            let settings = try Self.settings(name, body, PipeShapes.createPipe)
            return try await change(name) { try await control.createPipe(name, settings) }
        case (.PUT, 1, let name?):
            let settings = try Self.settings(name, body, PipeShapes.updatePipe)
            return try await change(name) { try await control.updatePipe(name, settings) }
        case (.DELETE, 1, let name?): return try await change(name) { try await control.deletePipe(name) }
        case (.POST, 2, "start"): return try await change(names[0]) { try await control.setPipe(names[0], runs: true) }
        case (.POST, 2, "stop"): return try await change(names[0]) { try await control.setPipe(names[0], runs: false) }
        default:
            throw PipeFailure.unknownOperation(method, path)
        }
    }

    // MARK: Requests

    private static func check(_ request: RequestValue, _ members: [Shape.Member]) throws(PipeFailure) {
        do { try ConstraintCheck.check(request, members) } catch { throw PipeFailure(error) }
    }

    /// - Returns: the body with what the path says.
    private static func request(
        _ body: [UInt8], _ path: [String: String], _ members: [Shape.Member]
    ) throws(PipeFailure) -> RequestValue {
        let read: RequestValue
        do {
            read = try RequestReader.read(body.isEmpty ? Array("{}".utf8) : body, members, model: PipeShapes.model)
        } catch {
            throw PipeFailure(ServiceError(error))
        }
        guard case .object(var values) = read else { return read }
        values.merge(path.mapValues { .string($0) }) { _, path in path }
        let request = RequestValue.object(values)
        try check(request, members)
        return request
    }

    /// A pipe's settings in a request, as JSON.
    private static func settings(
        _ name: String, _ body: [UInt8], _ members: [Shape.Member]
    ) throws(PipeFailure) -> [UInt8] {
        guard case .object(var values) = try request(body, ["Name": name], members) else { return [] }
        values["Name"] = nil
        if let tags = values["Tags"]?.texts { try checkTags(tags) }
        var json = JSONWriter()
        json.value(.object(values))
        return json.bytes
    }

    private static func checkTags(_ tags: [String: String]) throws(PipeFailure) {
        do { _ = try TagsRequest.tags(tags) } catch { throw PipeFailure(error) }
    }

    // MARK: Pipes

    private func list(_ query: String?) throws -> [UInt8] {
        let parameters = RequestQuery.byName(query)
        var request = parameters.mapValues { RequestValue.string($0) }
        if let limit = parameters["Limit"] { request["Limit"] = .number(limit) }
        try Self.check(.object(request), PipeShapes.listPipes)
        let limit = request["Limit"]?.integer ?? Self.pageCountMax
        var after = ""
        if let token = parameters["NextToken"] {
            guard let bytes = Data(base64Encoded: token), let name = String(bytes: bytes, encoding: .utf8) else {
                throw PipeFailure.validation("Invalid token.")
            }
            after = name
        }
        func agrees(_ name: String, _ holds: (String) -> Bool) -> Bool { parameters[name].map(holds) ?? true }
        let found = try control.pipes.filter { pipe in
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
            json.member("Pipes", page) { json, pipe in json.object { $0.listed(pipe) } }
        }
        return json.bytes
    }

    private func describe(_ name: String) throws -> [UInt8] {
        try Self.check(.object(["Name": .string(name)]), PipeShapes.name)
        guard let pipe = try control.pipes.first(where: { $0.name == name }) else {
            throw PipeFailure(.unknown, pipe: name)
        }
        var json = JSONWriter()
        json.object { $0.described(pipe) }
        return json.bytes
    }

    private func change(_ name: String, _ body: () async throws -> PipeDescription) async throws -> [UInt8] {
        try Self.check(.object(["Name": .string(name)]), PipeShapes.name)
        do {
            let pipe = try await body()
            var json = JSONWriter()
            json.object { $0.summary(pipe) }
            return json.bytes
        } catch let refusal as PipeRefusal {
            throw PipeFailure(refusal, pipe: name)
        }
    }

    // MARK: Tags

    private func listTags(of resource: String) throws -> [UInt8] {
        try Self.check(.object(["resourceArn": .string(resource)]), PipeShapes.listTagsForResource)
        let pipe = try pipe(resource)
        var json = JSONWriter()
        json.object { $0.tags("tags", pipe.tags) }
        return json.bytes
    }

    private func tag(_ resource: String, _ body: [UInt8]) async throws -> [UInt8] {
        let request = try Self.request(body, ["resourceArn": resource], PipeShapes.tagResource)
        let tags = request["tags"]?.texts ?? [:]
        try Self.checkTags(tags)
        return try await setTags(of: resource, adding: tags)
    }

    private func untag(_ resource: String, _ query: String?) async throws -> [UInt8] {
        let keys = RequestQuery.parameters(query).filter { $0.name == "tagKeys" }.map(\.value)
        var request = ["resourceArn": RequestValue.string(resource)]
        if !keys.isEmpty { request["tagKeys"] = .list(keys.map { .string($0) }) }
        try Self.check(.object(request), PipeShapes.untagResource)
        return try await setTags(of: resource, removing: Set(keys))
    }

    private func setTags(
        of resource: String, adding: [String: String] = [:], removing: Set<String> = []
    ) async throws -> [UInt8] {
        let name = try pipe(resource).name
        do {
            try await control.tagPipe(name, adding: adding, removing: removing)
        } catch let refusal as PipeRefusal {
            throw PipeFailure(refusal, pipe: name)
        }
        return []
    }

    private func pipe(_ arn: String) throws -> PipeDescription {
        guard let pipe = try control.pipes.first(where: { $0.arn == arn }) else {
            throw PipeFailure(.unknown, pipe: arn.split(separator: "/").last.map(String.init) ?? arn)
        }
        return pipe
    }
}
