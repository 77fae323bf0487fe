import AWSSignature
import AsyncHTTPClient
public import Clocks
import Items
public import NIOCore
import NIOHTTP1
import Synchronization

/// The few signed calls that functions make of DynamoDB and SQS.
///
///     let client = try AWSClient(environment: ProcessInfo.processInfo.environment)
///     try await client.sendMessage(.init(body: "{}", groupID: "o-1"), to: queueURL)
///     await client.shutDown()
///
/// Make one for the life of the program: it keeps connections, and opens the first with the first call. One that is let go
/// before must be shut down first; a debug build stops at one that was not. Every call may be
/// made from any task, throws ``AWSError`` (or `CancellationError`), and is tried again as AWS's SDKs do: three attempts,
/// for throttles, 5xx answers and connections only.
public final class AWSClient: Sendable {
    /// Largest answer. DynamoDB's pages hold 1 MB of items; SQS sends ten messages of 1 MB together.
    private static let answerBytesMax = 16 << 20
    private static let connectTimeout = TimeAmount.seconds(5)

    private struct State {
        var keys: [AWSService: SigningKey] = [:]
        var quota = RetryQuota()
        var random: any RandomNumberGenerator & Sendable
    }

    private let configuration: AWSConfiguration
    private let retryPolicy: RetryPolicy
    private let time: any TimeSource
    private let http: HTTPClient
    private let state: Mutex<State>

    /// - Parameters:
    ///   - configuration: credentials, region, endpoint, how often a call is tried.
    ///   - time: what signatures are dated with, and what retries wait on.
    ///   - random: what spreads retries and names transactions.
    ///   - eventLoopGroup: whose threads the connections run on; nil for the program's shared ones.
    public init(
        configuration: AWSConfiguration, time: any TimeSource = SystemTime(),
        random: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator(),
        eventLoopGroup: (any EventLoopGroup)? = nil
    ) {
        self.configuration = configuration
        self.time = time
        retryPolicy = RetryPolicy(attemptsMax: configuration.attemptsMax)
        state = Mutex(State(random: random))
        var http = HTTPClient.Configuration()
        http.timeout = .init(connect: Self.connectTimeout)
        http.decompression = .disabled
        http.redirectConfiguration = .disallow
        http.tlsConfiguration = configuration.tls
        // Retries are counted here, one for each attempt.
        http.connectionPool.retryConnectionEstablishment = false
        http.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = configuration.connectionsMax
        self.http = HTTPClient(
            eventLoopGroupProvider: eventLoopGroup.map { .shared($0) } ?? .singleton, configuration: http)
    }

    /// A client made from the environment: see ``AWSConfiguration/init(environment:)``.
    ///
    /// - Parameters:
    ///   - environment: the program's environment variables.
    ///   - eventLoopGroup: whose threads the connections run on; nil for the program's shared ones. A function gives
    ///     `LambdaRuntime.eventLoopGroup`, on whose thread its handler runs: then a call wakes no other thread.
    public convenience init(
        environment: [String: String], eventLoopGroup: (any EventLoopGroup)? = nil
    ) throws(AWSError) {
        self.init(configuration: try AWSConfiguration(environment: environment), eventLoopGroup: eventLoopGroup)
    }

    /// Ends the connections. No call may be made afterwards; one that runs fails.
    public func shutDown() async { try? await http.shutdown() }

    /// A name for a transaction, so that its repetition is told from another one.
    func token() -> String {
        state.withLock { state in
            let words = (state.random.next(), state.random.next())
            let digits = [words.0, words.1].map { word in
                let text = String(word, radix: 16)
                return String(repeating: "0", count: 16 - text.count) + text
            }
            return digits.joined()
        }
    }

    /// Makes a call until it succeeds or may not be tried again.
    ///
    /// - Parameter wait: what the service may take on purpose before it answers.
    /// - Returns: the answer's body.
    func call(
        _ service: AWSService, _ operation: String, _ body: JSONMembers, wait: Duration = .zero
    ) async throws -> [UInt8] {
        let payload = body.closed
        var attempts = 0
        while true {
            let error: AWSError
            switch try await attempt(service, operation, payload, wait) {
            case .success(let answer):
                state.withLock { $0.quota.earn(retries: attempts) }
                return answer
            case .failure(let failure): error = failure
            }
            attempts += 1
            let pause = state.withLock { state -> Duration? in
                let random = Double.random(in: 0..<1, using: &state.random)
                guard let pause = retryPolicy.wait(after: error, attempts: attempts, random: random) else { return nil }
                return state.quota.spend() ? pause : nil
            }
            guard let pause else { throw error }
            try await time.sleep(for: pause)
        }
    }

    private func attempt(
        _ service: AWSService, _ operation: String, _ payload: [UInt8], _ wait: Duration
    ) async throws -> Result<[UInt8], AWSError> {
        let request = signed(service, operation, payload)
        let timeout = configuration.answerTimeout + wait
        do {
            let response = try await http.execute(request, timeout: .nanoseconds(timeout.microseconds * 1_000))
            let body = try await response.body.collect(upTo: Self.answerBytesMax)
            let bytes = Array(body.readableBytesView)
            guard response.status.code >= 300 else { return .success(bytes) }
            return .failure(
                AWSError(
                    status: Int(response.status.code), requestID: response.headers.first(name: "x-amzn-RequestId"),
                    body: bytes))
        } catch let error as CancellationError {
            throw error
        } catch let error as HTTPClientError where error == .alreadyShutdown {
            throw AWSError(code: .clientShutDown, message: "\(operation) was called after the client's shutDown().")
        } catch {
            try Task.checkCancellation()
            return .failure(
                AWSError(
                    code: .connection, message: "\(operation): no answer from \(request.url) (\(error))."))
        }
    }

    private func signed(_ service: AWSService, _ operation: String, _ payload: [UInt8]) -> HTTPClientRequest {
        let endpoint = configuration.endpoint(of: service)
        let now = SigningTime(seconds: time.now().seconds)
        var headers = [
            (name: "Host", value: endpoint.authority),
            (name: "Content-Type", value: "application/x-amz-json-1.0"),
            (name: "X-Amz-Date", value: now.text),
            (name: "X-Amz-Target", value: "\(service.targetPrefix).\(operation)"),
        ]
        if let token = configuration.credentials.sessionToken { headers.append(("X-Amz-Security-Token", token)) }
        let canonical = CanonicalRequest(
            method: "POST", path: endpoint.path, headers: headers, payloadHash: CanonicalRequest.hash(of: payload))
        let authorization = key(service, day: now.day).authorization(
            of: canonical, at: now, accessKeyID: configuration.credentials.accessKeyID)
        var request = HTTPClientRequest(url: endpoint.url)
        request.method = .POST
        request.headers = HTTPHeaders(headers.map { ($0.name, $0.value) } + [("Authorization", authorization)])
        request.body = .bytes(ByteBuffer(bytes: payload))
        return request
    }

    /// Made once a day and service.
    private func key(_ service: AWSService, day: String) -> SigningKey {
        let scope = SigningScope(day: day, region: configuration.region, service: service.signingName)
        let kept = state.withLock { $0.keys[service] }
        if let kept, kept.scope == scope { return kept }
        let key = SigningKey(secretAccessKey: configuration.credentials.secretAccessKey, scope: scope)
        state.withLock { $0.keys[service] = key }
        return key
    }

    /// Reads a successful answer.
    static func read(
        _ answer: [UInt8], _ body: (String, inout AnswerReader, RawSpan) throws -> Bool
    ) throws(AWSError) {
        do {
            try AnswerReader.members(of: answer, body)
        } catch {
            throw AWSError(
                code: .unreadableAnswer,
                message: "The answer cannot be read (\(error)); is the endpoint the right one?",
                status: 200)
        }
    }
}
