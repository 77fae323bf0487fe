import AWSClient
import AWSSignature
import Engine
import Foundation
import Items
import Load
import NIOCore
import NIOHTTP1
import Orders
import Synchronization

/// The table that a load is offered to, on an engine or at any other endpoint of DynamoDB's protocol.
struct LoadTarget: Sendable {
    /// Times that keys which BatchGetItem has left out are asked for again.
    private static let readAttemptsMax = 8
    /// Most keys in a BatchGetItem request.
    private static let keysMax = 100
    private static let timeout = TimeAmount.seconds(30)

    let url: String
    let table: String
    let endpoint: Endpoint
    /// Nil where requests need no signature: on loopback unless it is asked for, and where the environment has no
    /// credentials.
    let signer: LoadSigner?
    private let connection: EndpointConnection
    private let control: ControlClient

    /// - Throws: ``LoadError`` for what is no address.
    ///
    /// - Parameter isSigned: whether requests to this machine are signed too.
    init(
        url: String, table: String, environment: [String: String], isSigned: Bool = false, control: ControlClient
    ) throws {
        guard let endpoint = Endpoint(url) else {
            throw LoadError("\(url) is no address; give --endpoint-url one such as http://127.0.0.1:4566.")
        }
        self.url = url
        self.table = table
        self.endpoint = endpoint
        self.control = control
        connection = try EndpointConnection(url: url)
        signer = Self.isLoopback(endpoint) && !isSigned ? nil : LoadSigner(endpoint, environment)
        if isSigned, signer == nil {
            throw LoadError(
                "--signed needs credentials to sign with; give AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment."
            )
        }
        unsignedHeaders = Self.unsignedHeaders(environment)
    }

    func shutDown() async { await connection.shutDown() }

    // MARK: Addresses

    var isSecure: Bool { endpoint.scheme == "https" }

    /// Where requests go.
    var address: String { "\(endpoint.scheme)://\(endpoint.authority)\(endpoint.path)" }

    /// Host and port apart.
    var host: (name: String, port: UInt16) {
        let authority = endpoint.authority
        let standard: UInt16 = isSecure ? 443 : 80
        guard let colon = authority.lastIndex(of: ":"), !authority.hasSuffix("]") else { return (authority, standard) }
        return (String(authority[..<colon]), UInt16(authority[authority.index(after: colon)...]) ?? standard)
    }

    private static func isLoopback(_ endpoint: Endpoint) -> Bool {
        let authority = endpoint.authority
        return authority.hasPrefix("127.") || authority.hasPrefix("[::1]") || authority == "localhost"
            || authority.hasPrefix("localhost:")
    }

    /// Who asks, without a signature: servers for tests want the header, and do not check it.
    private let unsignedHeaders: [(name: String, value: String)]

    private static func unsignedHeaders(_ environment: [String: String]) -> [(name: String, value: String)] {
        let key = environment["AWS_ACCESS_KEY_ID"].flatMap { $0.isEmpty ? nil : $0 } ?? "local"
        let region = LoadSigner.region(environment, host: nil)
        return [
            (
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=\(key)/20250102/\(region)/dynamodb/aws4_request, SignedHeaders=host, "
                    + "Signature=0"
            ), ("X-Amz-Date", "20250102T030000Z"),
        ]
    }

    /// What requests to the table have in common.
    func requests(batch: Int) -> RequestWriter.Target {
        var target = RequestWriter.Target(authority: endpoint.authority, path: endpoint.path, table: table)
        if let signer {
            let operation = batch == 1 ? "PutItem" : "BatchWriteItem"
            target.signing = { signer.headers(operation, $0) }
        } else {
            target.headers = unsignedHeaders
        }
        return target
    }

    // MARK: Calls

    /// Checks that the table is there and takes orders.
    ///
    /// - Returns: whether it has a stream, whose records an engine accounts for.
    func check() async throws -> Bool {
        struct Key: Decodable, Hashable { let AttributeName: String, KeyType: String }
        struct Attribute: Decodable, Hashable { let AttributeName: String, AttributeType: String }
        struct Stream: Decodable { let StreamEnabled: Bool? }
        struct Description: Decodable {
            let StreamSpecification: Stream?
            let KeySchema: [Key]
            let AttributeDefinitions: [Attribute]
        }
        struct Answer: Decodable { let Table: Description }
        let answer: Answer = try await call("DescribeTable", ["TableName": .init(table)])
        let names = answer.Table.KeySchema.sorted { $0.KeyType < $1.KeyType }.map(\.AttributeName)
        let types = Set(answer.Table.AttributeDefinitions)
        guard names == [Order.AttributeName.orderId, Order.AttributeName.timestamp],
            types.contains(Attribute(AttributeName: names[0], AttributeType: "S")),
            types.contains(Attribute(AttributeName: names[1], AttributeType: "N"))
        else {
            throw LoadError(
                "The table \(table) at \(url) does not have the keys orderId (S) and timestamp (N); name the one that holds "
                    + "the orders with --table.")
        }
        return answer.Table.StreamSpecification?.StreamEnabled ?? false
    }

    /// How many of the orders with these keys are not there.
    func missing(_ keys: [Item]) async throws -> Int {
        struct Rest: Decodable { let Keys: [Item] }
        struct Answer: Decodable {
            let Responses: [String: [Item]]
            let UnprocessedKeys: [String: Rest]?
        }
        var found = 0
        for start in stride(from: 0, to: keys.count, by: Self.keysMax) {
            var rest = Array(keys[start..<min(start + Self.keysMax, keys.count)])
            var attempts = 0
            while !rest.isEmpty {
                let answer: Answer = try await call(
                    "BatchGetItem", ["RequestItems": .init([table: ReadBackKeys(Keys: rest)])])
                found += answer.Responses.values.reduce(0) { $0 + $1.count }
                rest = answer.UnprocessedKeys?.values.flatMap(\.Keys) ?? []
                attempts += 1
                guard !rest.isEmpty else { break }
                guard attempts < Self.readAttemptsMax else {
                    throw LoadError(
                        "The table \(table) at \(url) does not let its orders be read back, it is too busy; try a lower rate."
                    )
                }
                try await Task.sleep(for: .milliseconds(50 << attempts))
            }
        }
        return keys.count - found
    }

    private struct Failure: Decodable {
        let __type: String
        let message: String?
        let Message: String?
    }

    private func call<Answer: Decodable>(_ operation: String, _ parameters: [String: JSONValue]) async throws -> Answer
    {
        let answer = try await answer(to: operation, try JSONEncoder().encode(parameters))
        do {
            return try JSONDecoder().decode(Answer.self, from: answer)
        } catch {
            throw LoadError("\(url) answered \(operation) with what is no answer of DynamoDB's; check --endpoint-url.")
        }
    }

    private func answer(to operation: String, _ body: Data) async throws -> Data {
        var headers: HTTPHeaders = [
            "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "DynamoDB_20120810.\(operation)",
        ]
        for header in signer?.headers(operation, Array(body)) ?? unsignedHeaders {
            headers.add(name: header.name, value: header.value)
        }
        let (status, answer) = try await connection.send(
            .POST, [], headers, ByteBuffer(bytes: body), timeout: Self.timeout)
        guard status != .ok else { return answer }
        guard let failure = try? JSONDecoder().decode(Failure.self, from: answer) else {
            throw LoadError("\(url) answered \(status), which is no answer of DynamoDB's; check --endpoint-url.")
        }
        let type = failure.__type.split(separator: "#").last.map(String.init) ?? failure.__type
        if type == "ResourceNotFoundException" {
            throw LoadError("There is no table \(table) at \(url); name the one that holds the orders with --table.")
        }
        if signer == nil, ["InvalidSignatureException", "UnrecognizedClientException"].contains(type) {
            throw LoadError(
                "\(url) answers signed requests only; give --signed and a key of its credentials file in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
            )
        }
        let message = failure.message ?? failure.Message ?? "no message"
        throw LoadError("\(url) refused \(operation) of the table \(table): \(type): \(message)")
    }

    // MARK: The engine's accounts

    /// How the engine stands; nil where there is none behind the endpoint.
    func report() async throws -> EngineReport? {
        do {
            return try await control.get(["_sluice", "status"], as: EngineReport.self)
        } catch let failure as ControlFailure where !failure.isTemporary {
            return nil
        } catch is DecodingError {
            return nil
        }
    }

    /// Latencies of the pipes that read the table, by their names.
    func latencies(of pipes: [PipeReport]) async throws -> [String: LatencyCounts.Pipe] {
        let names = Set(pipes.map(\.name))
        let all = try await control.get(["_sluice", "latencies"], as: LatencyCounts.self)
        return Dictionary(all.pipes.filter { names.contains($0.name) }.map { ($0.name, $0) }) { first, _ in first }
    }
}

/// The orders of a table that a BatchGetItem request reads back.
struct ReadBackKeys: Encodable, Sendable {
    let Keys: [Item]
    /// What is read eventually may not show an order that was acknowledged a moment ago, and it would count as lost.
    let ConsistentRead = true
}

/// Signs requests to DynamoDB with the environment's credentials.
final class LoadSigner: Sendable {
    private let endpoint: Endpoint
    private let credentials: Credentials
    private let region: String
    /// Made once a day.
    private let key: Mutex<SigningKey?> = Mutex(nil)

    /// Nil without credentials.
    init?(_ endpoint: Endpoint, _ environment: [String: String]) {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        guard let id = value("AWS_ACCESS_KEY_ID"), let secret = value("AWS_SECRET_ACCESS_KEY") else { return nil }
        self.endpoint = endpoint
        credentials = Credentials(
            accessKeyID: id, secretAccessKey: secret, sessionToken: value("AWS_SESSION_TOKEN"))
        region = Self.region(environment, host: endpoint.authority)
    }

    /// That of the environment, or of AWS's own address, or the first one that AWS had.
    static func region(_ environment: [String: String], host: String?) -> String {
        for name in ["AWS_REGION", "AWS_DEFAULT_REGION"] {
            if let region = environment[name], !region.isEmpty { return region }
        }
        let parts = host?.split(separator: ".") ?? []
        // "dynamodb.eu-west-1.amazonaws.com"
        return parts.count > 3 && parts[0] == "dynamodb" && parts[2] == "amazonaws" ? String(parts[1]) : "us-east-1"
    }

    func headers(_ operation: String, _ body: [UInt8]) -> [(name: String, value: String)] {
        let now = SigningTime(seconds: Int64(Date().timeIntervalSince1970))
        var own = [(name: "X-Amz-Date", value: now.text)]
        if let token = credentials.sessionToken { own.append(("X-Amz-Security-Token", token)) }
        let canonical = CanonicalRequest(
            method: "POST", path: endpoint.path,
            headers: own + [
                ("Host", endpoint.authority), ("Content-Type", "application/x-amz-json-1.0"),
                ("X-Amz-Target", "DynamoDB_20120810.\(operation)"),
            ], payloadHash: CanonicalRequest.hash(of: body))
        let authorization = signingKey(day: now.day).authorization(
            of: canonical, at: now, accessKeyID: credentials.accessKeyID)
        return own + [("Authorization", authorization)]
    }

    private func signingKey(day: String) -> SigningKey {
        let scope = SigningScope(day: day, region: region, service: "dynamodb")
        return key.withLock { key in
            if let kept = key, kept.scope == scope { return kept }
            let made = SigningKey(secretAccessKey: credentials.secretAccessKey, scope: scope)
            key = made
            return made
        }
    }
}
