import AWSClient
import AWSSignature
import Clocks
import HTTPServing
import NIOCore
import NIOHTTP1
import Synchronization
import TestSupport

/// A server on a port of its own that gives prepared answers and keeps what it was asked.
final class ScriptedService: Sendable {
    /// What comes of one request.
    enum Step: Sendable {
        case answer(status: Int, String)
    }

    static let credentials = Credentials(accessKeyID: "AKID", secretAccessKey: "secret", sessionToken: "token")

    private struct State {
        var steps: [Step]
        var requests: [HTTPRequest] = []
    }

    private let state: Mutex<State>

    private init(_ steps: [Step]) { state = Mutex(State(steps: steps)) }

    var requests: [HTTPRequest] { state.withLock { $0.requests } }

    /// The bodies it got, as text.
    var bodies: [String] { requests.map { String(buffer: $0.body) } }

    private func reply(to request: HTTPRequest) -> HTTPReply {
        let step = state.withLock { state in
            state.requests.append(request)
            return state.steps.count > 1 ? state.steps.removeFirst() : state.steps[0]
        }
        switch step {
        case .answer(let status, let body):
            return HTTPReply(
                status: HTTPResponseStatus(statusCode: status), headers: ["x-amzn-RequestId": "r-1"],
                body: ByteBuffer(string: body))
        }
    }

    /// Runs `body` with a client of a service that answers with `steps`, the last of them for ever.
    static func with<Result>(
        _ steps: [Step], time: any TimeSource = UnhurriedTime(), seed: UInt64 = 1,
        _ body: (ScriptedService, AWSClient) async throws -> Result
    ) async throws -> Result {
        let service = ScriptedService(steps)
        let server = try await HTTPServer.start(host: "127.0.0.1", port: 0, bodyBytesMax: 1 << 20) { request in
            service.reply(to: request)
        }
        let endpoint = Endpoint("http://127.0.0.1:\(server.port)")!
        let client = AWSClient(
            configuration: AWSConfiguration(
                region: "eu-west-1", credentials: credentials, endpoints: [.sqs: endpoint, .dynamoDB: endpoint]),
            time: time, random: SeededGenerator(seed: seed))
        do {
            let result = try await body(service, client)
            await client.shutDown()
            await server.stop()
            return result
        } catch {
            await client.shutDown()
            await server.stop()
            throw error
        }
    }
}

/// A clock that stands, and on which every sleep is over at once; it keeps how long each was to be.
final class UnhurriedTime: TimeSource {
    static let moment = Timestamp(seconds: 1_700_000_000)
    private let sleeps = Mutex<[Duration]>([])

    var sleptFor: [Duration] { sleeps.withLock { $0 } }
    func now() -> Timestamp { Self.moment }

    func sleep(for duration: Duration) async throws {
        try Task.checkCancellation()
        sleeps.withLock { $0.append(duration) }
    }
}
