import AsyncHTTPClient
import Load
import NIOCore
import NIOHTTP1
import NIOSSL
import Synchronization

/// Sends a load's requests through an HTTP client that speaks TLS: for endpoints elsewhere, where signatures and TLS
/// cost more than what ``PollingClient`` saves, and for systems without epoll.
struct SecureLoadClient: Sendable {
    private static let answerBytesMax = 1 << 20
    private static let connectTimeout = TimeAmount.seconds(5)
    /// How often the progress is shown and the wish to stop is looked for.
    private static let tick = Duration.milliseconds(100)

    let url: String
    let connectionCount: Int
    let writer: RequestWriter
    /// Whom connections trust; nil for the system's certificate authorities alone.
    let tls: TLSConfiguration?

    /// Runs a load to its end and returns what came of it.
    func run(_ load: LoadRun, control: LoadControl) async -> LoadRun {
        var configuration = HTTPClient.Configuration()
        configuration.timeout = .init(connect: Self.connectTimeout)
        configuration.decompression = .disabled
        configuration.redirectConfiguration = .disallow
        configuration.tlsConfiguration = tls
        // Nothing is tried again: see LoadRun.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = connectionCount
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let running = RunningLoad(load)
        await withDiscardingTaskGroup { group in
            for _ in 0..<connectionCount { group.addTask { await work(running, http, control) } }
            group.addTask {
                while !running.tick(control) { try? await Task.sleep(for: Self.tick) }
            }
        }
        try? await http.shutdown()
        return running.result
    }

    /// Takes the next request whenever the last one has its answer, and sends it when it is due.
    private func work(_ running: RunningLoad, _ http: HTTPClient, _ control: LoadControl) async {
        while let request = running.take() {
            while let wait = running.wait(until: request.due) {
                guard !control.isStopping else { return running.withdraw(request) }
                try? await Task.sleep(for: min(wait, Self.tick))
            }
            running.end(request, await send(request.writes, http))
        }
    }

    private func send(_ writes: [OrderWrite], _ http: HTTPClient) async -> WriteOutcome {
        let body = writer.body(of: writes)
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers = HTTPHeaders(writer.headers(of: body).map { ($0.name, $0.value) })
        request.body = .bytes(ByteBuffer(bytes: body))
        do {
            let timeout = TimeAmount.nanoseconds(Int64(LoadRun.patienceNanoseconds))
            let response = try await http.execute(request, timeout: timeout)
            let answer = try await response.body.collect(upTo: Self.answerBytesMax)
            let bytes = Array(answer.readableBytesView)
            return WriteOutcome(status: Int(response.status.code), body: bytes.span, isBatch: writer.batch > 1)
        } catch let error as HTTPClientError where error == .deadlineExceeded || error == .readTimeout {
            return .failed(type: WriteOutcome.ErrorType.timeout, isUncertain: true)
        } catch {
            return .failed(type: WriteOutcome.ErrorType.connection, isUncertain: true)
        }
    }
}

/// A load that several tasks run.
private final class RunningLoad: Sendable {
    private let load: Mutex<LoadRun>
    private let start = ContinuousClock.now

    init(_ load: LoadRun) { self.load = Mutex(load) }

    var result: LoadRun { load.withLock { $0 } }

    private var now: UInt64 {
        let (seconds, attoseconds) = (ContinuousClock.now - start).components
        return UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds) / 1_000_000_000
    }

    func take() -> LoadRun.Request? {
        let now = now
        return load.withLock { $0.takeAhead(now: now) }
    }

    /// Nil when the moment has come.
    func wait(until due: UInt64) -> Duration? {
        let now = now
        return due > now ? .nanoseconds(Int64(due - now)) : nil
    }

    func withdraw(_ request: LoadRun.Request) {
        let now = now
        load.withLock { $0.withdraw(request, now: now) }
    }

    func end(_ request: LoadRun.Request, _ outcome: WriteOutcome) {
        let now = now
        load.withLock { $0.end(request, outcome, now: now) }
    }

    /// - Returns: whether the load is over.
    func tick(_ control: LoadControl) -> Bool {
        let now = now
        return load.withLock { load in
            load.closeSeconds()
            if control.show(load.progress(now: now)) { load.stop(now: now) }
            load.giveUp(now: now)
            if load.isOver { load.closeSeconds() }
            return load.isOver
        }
    }
}
