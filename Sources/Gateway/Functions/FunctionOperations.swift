import Foundation
import HTTPServing
import NIOCore
import NIOHTTP1

/// The Lambda API (REST JSON, API version 2015-03-31): calls of functions, what they are, and what makes, changes and deletes them.
struct FunctionOperations: Sendable {
    static let prefix = "/2015-03-31/functions"
    /// Largest event of a call that waits, and of one that does not. AWS: 6 MB, and 1 MB since 2025.
    static let eventBytesMax = 6 * 1_024 * 1_024
    static let asynchronousEventBytesMax = 1_024 * 1_024
    /// Most functions in one answer of ListFunctions. AWS: 50.
    private static let pageCountMax = 50
    /// Longest name of a new function. AWS: 64 characters.
    private static let nameLengthMax = 64

    let control: any EngineControl

    struct Answer {
        var status = HTTPResponseStatus.ok
        var headers: [(name: String, value: String)] = []
        var body: [UInt8] = []
    }

    /// - Throws: ``FunctionFailure``, and whatever the engine throws.
    func answer(_ request: HTTPRequest) async throws -> Answer {
        let path = request.path.dropFirst(Self.prefix.count).split(separator: "/")
        let parts = path.map { $0.removingPercentEncoding ?? String($0) }
        let query = RequestQuery.byName(request.query)
        switch (request.method, parts.count, parts.last) {
        case (.GET, 0, _): return Answer(body: try list(query))
        case (.GET, 1, let name?): return Answer(body: Self.whole(try function(name, query)))
        case (.GET, 2, "configuration"): return Answer(body: Self.configuration(try function(parts[0], query)))
        case (.POST, 0, _): return try await create(request)
        case (.PUT, 2, "code"): return try await updateCode(parts[0], query, request)
        case (.PUT, 2, "configuration"): return try await update(parts[0], query, request)
        case (.DELETE, 1, let name?): return try await delete(name, query)
        case (.POST, 2, "invocations"): return try await invoke(parts[0], query, request)
        default:
            throw FunctionFailure(
                .notFound, "UnknownOperationException", "There is no \(request.method) \(request.path).")
        }
    }

    // MARK: Functions

    /// The function that a request names.
    private func function(_ text: String, _ query: [String: String]) throws -> FunctionDescription {
        guard let named = FunctionName(text) else {
            throw FunctionFailure.invalid("\(text.prefix(100)) names no function; give a name or an ARN.")
        }
        guard let function = control.functions.first(where: { $0.name == named.name }) else {
            throw FunctionFailure.unknown(control.functionARN(named.name))
        }
        let qualifier = named.qualifier ?? query["Qualifier"]
        // There are no versions and aliases here.
        guard qualifier == nil || qualifier == "$LATEST" else {
            throw FunctionFailure.unknown("\(function.arn):\(qualifier ?? "")")
        }
        return function
    }

    private func create(_ request: HTTPRequest) async throws -> Answer {
        let body = try Self.body(request, FunctionShapes.createFunction)
        let text = body.request["FunctionName"]?.text ?? ""
        guard let name = FunctionName(text), name.qualifier == nil, name.name.utf8.count <= Self.nameLengthMax else {
            throw FunctionFailure.invalid(
                "\(text.prefix(100)) can be no function's name; give up to 64 letters, digits, '-' and '_'.")
        }
        let zip = try body.zip(in: body.request["Code"])
        let function = try await reach(name.name) { try await control.createFunction(name.name, body.change, zip: zip) }
        return Answer(status: .created, body: Self.configuration(function))
    }

    private func update(_ name: String, _ query: [String: String], _ request: HTTPRequest) async throws -> Answer {
        let function = try function(name, query)
        let body = try Self.body(request, FunctionShapes.updateFunctionConfiguration)
        let updated = try await reach(function.name) { try await control.updateFunction(function.name, body.change) }
        return Answer(body: Self.configuration(updated))
    }

    private func updateCode(_ name: String, _ query: [String: String], _ request: HTTPRequest) async throws -> Answer {
        let function = try function(name, query)
        let body = try Self.body(request, FunctionShapes.updateFunctionCode)
        let zip = try body.zip(in: body.request)
        if body.request["DryRun"] == .boolean(true) { return Answer(body: Self.configuration(function)) }
        let updated = try await reach(function.name) { try await control.updateFunctionCode(function.name, zip: zip) }
        return Answer(body: Self.configuration(updated))
    }

    private func delete(_ name: String, _ query: [String: String]) async throws -> Answer {
        let function = try function(name, query)
        try await reach(function.name) { try await control.deleteFunction(function.name) }
        return Answer(status: .noContent)
    }

    private static func body(_ request: HTTPRequest, _ members: [Shape.Member]) throws -> FunctionRequest {
        guard !request.isBodyTooLarge else {
            throw FunctionFailure(
                .payloadTooLarge, "RequestTooLargeException",
                "Request must be smaller than \(GatewayServer.bodyBytesMax) bytes; make the zip smaller.")
        }
        let body = Array(buffer: request.body)
        return try FunctionRequest(body.isEmpty ? Array("{}".utf8) : body, members)
    }

    private func list(_ query: [String: String]) throws -> [UInt8] {
        let limit = try query["MaxItems"].map { text in
            guard let limit = Int(text), limit >= 1 else {
                throw FunctionFailure.invalid("MaxItems is \(text.prefix(20)); give 1 to 10000.")
            }
            return min(limit, Self.pageCountMax)
        }
        let after = query["Marker"] ?? ""
        let found = control.functions.filter { $0.name > after }
        let page = found.prefix(limit ?? Self.pageCountMax)
        var json = JSONWriter()
        json.object { json in
            json.name("Functions")
            json.array(page) { json, function in json.object { $0.members(function) } }
            if found.count > page.count, let last = page.last { json.member("NextMarker", last.name) }
        }
        return json.bytes
    }

    private static func configuration(_ function: FunctionDescription) -> [UInt8] {
        var json = JSONWriter()
        json.object { $0.members(function) }
        return json.bytes
    }

    private static func whole(_ function: FunctionDescription) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.name("Configuration")
            json.object { $0.members(function) }
            if let concurrency = function.reservedConcurrentExecutions {
                json.name("Concurrency")
                json.object { $0.member("ReservedConcurrentExecutions", concurrency) }
            }
        }
        return json.bytes
    }

    // MARK: Calls

    private func invoke(_ name: String, _ query: [String: String], _ request: HTTPRequest) async throws -> Answer {
        let function = try function(name, query)
        let type = request.headers.first(name: "X-Amz-Invocation-Type") ?? "RequestResponse"
        let most = type == "Event" ? Self.asynchronousEventBytesMax : Self.eventBytesMax
        guard !request.isBodyTooLarge, request.body.readableBytes <= most else {
            throw FunctionFailure(
                .payloadTooLarge, "RequestTooLargeException",
                "Request must be smaller than \(most) bytes for the InvokeFunction operation")
        }
        var event = Array(buffer: request.body)
        if event.isEmpty { event = Array("{}".utf8) }
        guard JSONCheck.isValid(event) else {
            throw FunctionFailure(
                .badRequest, "InvalidRequestContentException", "Could not parse request body into json: it is no JSON")
        }
        switch type {
        case "RequestResponse":
            let traceHeader = request.headers.first(name: TraceHeader.name)
            let answer = try await reach(function.name) {
                try await control.invoke(function.name, event, traceHeader: traceHeader)
            }
            var headers = [("X-Amz-Executed-Version", "$LATEST")]
            if let functionError = answer.functionError { headers.append(("X-Amz-Function-Error", functionError)) }
            if request.headers.first(name: "X-Amz-Log-Type") == "Tail" {
                headers.append(("X-Amz-Log-Result", Data(answer.logTail).base64EncodedString()))
            }
            return Answer(headers: headers, body: answer.payload)
        case "Event":
            try await reach(function.name) { try control.accept(function.name, event) }
            return Answer(status: .accepted)
        case "DryRun": return Answer(status: .noContent)
        default:
            throw FunctionFailure.invalid(
                "X-Amz-Invocation-Type is \(type.prefix(40)); give RequestResponse, Event or DryRun.")
        }
    }

    private func reach<Result>(_ name: String, _ call: () async throws -> Result) async throws -> Result {
        do {
            return try await call()
        } catch let refusal as FunctionRefusal {
            switch refusal {
            case .unknown: throw FunctionFailure.unknown(control.functionARN(name))
            case .exists:
                throw FunctionFailure(.conflict, "ResourceConflictException", "Function already exist: \(name)")
            case .invalid(let reason): throw FunctionFailure.invalid(reason)
            case .throttled:
                throw FunctionFailure(
                    .tooManyRequests, "TooManyRequestsException", "Rate Exceeded.",
                    reason: "ReservedFunctionConcurrentInvocationLimitExceeded")
            case .stopping(let reason): throw FunctionFailure(.serviceUnavailable, "ServiceException", reason)
            }
        }
    }
}

extension JSONWriter {
    /// The members of a function's configuration.
    fileprivate mutating func members(_ function: FunctionDescription) {
        member("FunctionName", function.name)
        member("FunctionArn", function.arn)
        member("Runtime", function.runtime)
        member("Role", function.roleARN)
        member("Handler", function.handler)
        member("Description", function.description)
        member("CodeSize", function.codeSizeBytes)
        if let digest = function.codeSHA256 { member("CodeSha256", digest) }
        member("Timeout", function.timeoutSeconds)
        member("MemorySize", function.memorySizeMegabytes)
        member("LastModified", function.lastModified)
        member("Version", "$LATEST")
        member("State", "Active")
        member("LastUpdateStatus", "Successful")
        member("PackageType", "Zip")
        name("Architectures")
        #if arch(arm64)
            array(["arm64"]) { $0.string($1) }
        #else
            array(["x86_64"]) { $0.string($1) }
        #endif
        name("Environment")
        object { json in
            json.name("Variables")
            json.object { json in
                for (name, value) in function.environment.sorted(by: { $0.key < $1.key }) { json.member(name, value) }
            }
        }
        name("LoggingConfig")
        object { json in
            json.member("LogFormat", function.logFormat)
            json.member("LogGroup", function.logGroup)
        }
    }
}
