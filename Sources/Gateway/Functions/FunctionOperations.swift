import Foundation
import HTTPServing
import NIOCore
import NIOHTTP1

/// The Lambda API (REST JSON, API version 2015-03-31): calls of functions, and what they are.
struct FunctionOperations: Sendable {
    static let prefix = "/2015-03-31/functions"
    /// Largest event of a call that waits, and of one that does not. AWS: 6 MB, and 1 MB since 2025.
    static let eventBytesMax = 6 * 1_024 * 1_024
    static let asynchronousEventBytesMax = 1_024 * 1_024
    /// Most functions in one answer of ListFunctions. AWS: 50.
    private static let pageCountMax = 50

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
        let query = Self.parameters(request.query)
        switch (request.method, parts.count, parts.last) {
        case (.GET, 0, _): return Answer(body: try list(query))
        case (.GET, 1, let name?): return Answer(body: Self.whole(try function(name, query)))
        case (.GET, 2, "configuration"): return Answer(body: Self.configuration(try function(parts[0], query)))
        case (.POST, 2, "invocations"): return try await invoke(parts[0], query, request)
        default:
            throw FunctionFailure(
                .notFound, "UnknownOperationException", "There is no \(request.method) \(request.path).")
        }
    }

    private static func parameters(_ query: String?) -> [String: String] {
        var components = URLComponents()
        components.percentEncodedQuery = query
        return Dictionary((components.queryItems ?? []).map { ($0.name, $0.value ?? "") }) { _, last in last }
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
        do { _ = try JSONSerialization.jsonObject(with: Data(event), options: .fragmentsAllowed) } catch {
            throw FunctionFailure(
                .badRequest, "InvalidRequestContentException", "Could not parse request body into json: it is no JSON")
        }
        switch type {
        case "RequestResponse":
            let answer = try await reach { try await control.invoke(function.name, event) }
            var headers = [("X-Amz-Executed-Version", "$LATEST")]
            if let functionError = answer.functionError { headers.append(("X-Amz-Function-Error", functionError)) }
            if request.headers.first(name: "X-Amz-Log-Type") == "Tail" {
                headers.append(("X-Amz-Log-Result", Data(answer.logTail).base64EncodedString()))
            }
            return Answer(headers: headers, body: answer.payload)
        case "Event":
            try await reach { try control.accept(function.name, event) }
            return Answer(status: .accepted)
        case "DryRun": return Answer(status: .noContent)
        default:
            throw FunctionFailure.invalid(
                "X-Amz-Invocation-Type is \(type.prefix(40)); give RequestResponse, Event or DryRun.")
        }
    }

    private func reach<Result>(_ call: () async throws -> Result) async throws -> Result {
        do {
            return try await call()
        } catch let refusal as FunctionRefusal {
            switch refusal {
            case .unknown: throw FunctionFailure(.notFound, "ResourceNotFoundException", "Function not found")
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
        member("CodeSize", function.codeSizeBytes)
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
