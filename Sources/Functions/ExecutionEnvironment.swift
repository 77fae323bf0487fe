import Clocks
import Foundation
import HTTPServing
import Logging
import NIOCore
import Synchronization

/// One process of a function, and the Runtime API that it alone talks to. Handles one event at a time.
final class ExecutionEnvironment: Sendable {
    private struct Life {
        var state = EnvironmentState()
        var failure: FailureReason?
        /// What the process told of its failed start.
        var initError: [UInt8]?
        var process: FunctionProcess?
        /// Behind ``startedAt`` by as long as its turn took to come.
        var processStartedAt: Timestamp?
        var firstRequest: CheckedContinuation<Void, any Error>?
        var isStarted = false
        /// When the process was started, until it asks for its first event; by the process's clock, as the next two.
        var startedAt: Timestamp?
        /// How long it took to ask for its first event; told with the first invocation.
        var initDuration: Duration?
        var handedOverAt: Timestamp?
        /// Set when the environment has ended.
        var ending: Ending?
    }

    /// Why there is no process, or none any more.
    private struct Ending {
        /// As the rest of a sentence.
        var text: String
        /// What it is to a caller who waits for the start. Nothing but the function's own failure costs an event an attempt.
        var code = FunctionError.Code.failedAtStart
    }

    /// Why the process was killed, when it was neither its own end nor to look like one.
    private enum FailureReason { case timedOut }

    let configuration: FunctionConfiguration
    private let log: EnvironmentLog
    private let observer: (any FunctionObserver)?
    private let time: any TimeSource
    private let processTime: any TimeSource
    private let life = Mutex(Life())
    private let output: ProcessOutput
    /// The environment's own folder: its process's `TMPDIR`.
    private let folder: String
    private let (dismissals, dismissal) = AsyncStream<Void>.makeStream()
    private let memory = ProcessMemory()
    private let platformLog: PlatformLog

    /// How often a process that has an event is looked at, and what it has started. Ours.
    private static let checkInterval = Duration.milliseconds(100)

    init(
        _ configuration: FunctionConfiguration, folder: String, log: FunctionLog, observer: (any FunctionObserver)?,
        time: any TimeSource, processTime: any TimeSource
    ) throws {
        self.configuration = configuration
        self.folder = folder
        self.log = EnvironmentLog(log, observer: observer)
        self.observer = observer
        self.time = time
        self.processTime = processTime
        output = try ProcessOutput(log: self.log)
        platformLog = PlatformLog(format: configuration.logFormat)
    }

    var hasEnded: Bool { life.withLock { $0.state.hasEnded } }

    /// Runs the process with its Runtime API until the process ends, or the environment is dismissed or the task cancelled:
    /// both end the process.
    func run() async {
        let api = RuntimeAPI(environment: self)
        do {
            let server = try await HTTPServer.startOnSharedThreads(
                host: "127.0.0.1", port: 0, bodyBytesMax: FunctionConfiguration.answerBytesMax,
                // A function may think for minutes, or stand still in a debugger; its own time-out ends it.
                limits: HTTPLimits(connectionCountMax: 256, isPatient: true),
                // Every user of this machine reaches the port, and whoever asks in the function's place gets its event.
                mayConnect: { [user = configuration.user?.id ?? geteuid()] client, server in
                    PeerUser.has(client, to: server, user: user)
                }
            ) { api.respond(to: $0, $1) }
            var ending: Ending = await withTaskGroup(of: Ending?.self) { group in
                group.addTask { await self.runProcess(port: server.port) }
                group.addTask {
                    await self.boundTime()
                    return nil
                }
                group.addTask {
                    await self.boundProcesses()
                    return nil
                }
                group.addTask {
                    for await _ in self.dismissals { break }
                    return nil
                }
                var ending = await group.next() ?? nil
                group.cancelAll()
                for await other in group { ending = ending ?? other }
                return ending ?? Ending(text: "it was not started")
            }
            if Task.isCancelled { ending.code = .stopping }
            // Before all processes are looked through: who gets the environment meanwhile finds in `hand` that it has ended.
            complete(life.withLock { $0.state.processEnded() }, ending)
            memory.close()
            ProcessKeeper.clear(folder)
            output.close()
            end(ending)
            await server.stop()
        } catch {
            ProcessKeeper.clear(folder)
            output.close()
            end(
                Ending(
                    text: "its Runtime API could not listen: \(error)", code: Task.isCancelled ? .stopping : .system))
        }
    }

    /// Ends the environment, which must be free: nobody needs it any more.
    func dismiss() { dismissal.yield() }

    /// Kills the process that has had an event for longer than it may.
    ///
    /// No event's time is over before a whole one has passed since a moment without events: one sleep serves all events that begin
    /// and end within it, and an event costs no timer.
    private func boundTime() async {
        var rest = configuration.timeout
        while (try? await processTime.sleep(for: rest)) != nil {
            rest = configuration.timeout
            guard let invocation = life.withLock({ $0.state.unanswered }) else { continue }
            let left = invocation.deadline - processTime.now()
            if left <= .zero {
                kill(requestID: invocation.requestID, for: .timedOut)
            } else {
                // A clock that was set back gives no more than another whole time.
                rest = min(left, rest)
            }
        }
    }

    /// Kills the process while it has an event and more memory or processes than the function may have. The memory that a short
    /// invocation has used shows at its answer, or at the next look of ``ProcessMemory``.
    private func boundProcesses() async {
        while (try? await Task.sleep(for: Self.checkInterval)) != nil {
            guard let process = life.withLock({ $0.handedOverAt == nil ? nil : $0.process }) else { continue }
            log.flush()
            let tree = ProcessTree(process.id, countMax: FunctionConfiguration.processesMax)
            let (peak, limit) = (memory.peakBytes, configuration.memorySizeBytes)
            let isTooLarge = peak > limit || peak + tree.childrenBytes > limit && tree.sharedOnceBytes > limit
            if isTooLarge || tree.count >= FunctionConfiguration.processesMax { process.kill() }
        }
    }

    /// Returns once the process has asked for its first event.
    ///
    /// - Throws: ``FunctionError`` when it ends before, or does not ask within AWS's ten seconds: `failedAtStart` when that is
    ///   the function's fault, otherwise `system` or `stopping`.
    func waitUntilStarted() async throws {
        // No child of the caller's task: a start ends in time for a caller who was cancelled, too.
        let limit = Task {
            guard (try? await processTime.sleep(for: FunctionConfiguration.initTimeout)) != nil else { return }
            // The process has its whole time, however late its turn came.
            if let begun = life.withLock({ $0.processStartedAt }) {
                let left = begun + FunctionConfiguration.initTimeout - processTime.now()
                let wait = min(left, FunctionConfiguration.initTimeout)
                guard (try? await processTime.sleep(for: wait)) != nil else { return }
            }
            startTimeIsOver()
        }
        defer { limit.cancel() }
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            let known: Result<Void, any Error>? = life.withLock { life in
                if life.isStarted { return .success(()) }
                if let ending = life.ending { return .failure(startFailure(ending, initError: life.initError)) }
                life.firstRequest = continuation
                return nil
            }
            if let known { continuation.resume(with: known) }
        }
    }

    private func startTimeIsOver() {
        let (isStarted, process) = life.withLock { life in
            if !life.isStarted, life.process != nil { life.failure = .timedOut }
            return (life.isStarted, life.process)
        }
        guard !isStarted else { return }
        if let process {
            process.kill()
        } else {
            // Nobody runs this environment, as its function was stopped before its turn came; or the system takes its time.
            end(Ending(text: "its turn did not come within 10 s", code: .system))
            // Its turn may have come just now.
            life.withLock { $0.process }?.kill()
        }
    }

    /// Hands an event to the process and waits for the answer. The environment must be free.
    ///
    /// - Parameter lifetime: when the process is killed, counted from the hand-over; an answer before that is not taken.
    ///   Nil lets it live.
    /// - Returns: nil when the process has ended by itself before it had the event.
    func invoke(_ payload: ByteBuffer, requestID: String, killedAfter lifetime: Duration?) async -> InvocationResult? {
        guard let lifetime else { return await hand(payload, requestID: requestID, doom: nil) }
        let (handedOver, doom) = AsyncStream<Void>.makeStream()
        return await withTaskGroup(of: Void.self) { group in
            group.addTask { [processTime] in
                for await _ in handedOver { break }
                do { try await processTime.sleep(for: lifetime) } catch { return }
                self.kill(requestID: requestID, for: nil)
            }
            defer { group.cancelAll() }
            return await hand(payload, requestID: requestID, doom: doom)
        }
    }

    private func hand(
        _ payload: ByteBuffer, requestID: String, doom: AsyncStream<Void>.Continuation?
    ) async -> InvocationResult? {
        // Its end may not have been told yet, and an event that is written to nobody would count as one that it has had.
        if let process = life.withLock({ $0.process }), process.hasEnded { return nil }
        return await withCheckedContinuation { (completion: CheckedContinuation<InvocationResult?, Never>) in
            let now = processTime.now()
            let invocation = PendingInvocation(
                requestID: requestID, invocationID: .randomUUID(),
                traceHeader: InvocationTrace.header ?? InvocationTrace.header(requestID: requestID, at: now),
                payload: payload, deadline: now + configuration.timeout, doom: doom, completion: completion)
            switch life.withLock({ $0.state.invoked(invocation, now: time.now()) }) {
            case .handOver(let request): handOver(invocation, to: request)
            case .waitForRequest: break
            case .ended: completion.resume(returning: nil)
            }
        }
    }

    private func handOver(_ invocation: PendingInvocation, to request: EnvironmentState.NextRequest) {
        // What the process wrote before it asked stands before the event's own lines.
        output.drain()
        let now = processTime.now()
        life.withLock { $0.handedOverAt = now }
        log.begin(platformLog.start(invocation.requestID, now: now))
        request(invocation)
        invocation.doom?.yield()
    }

    // MARK: The Runtime API's side

    /// The process asks for an event.
    func next(_ request: @escaping EnvironmentState.NextRequest) {
        let (answer, starter) = life.withLock { life in
            let answer = life.state.nextRequested(request, now: time.now())
            guard case .wait(isFirst: true) = answer else {
                return (answer, nil as CheckedContinuation<Void, any Error>?)
            }
            life.isStarted = true
            life.initDuration = life.startedAt.map { processTime.now() - $0 }
            defer { life.firstRequest = nil }
            return (answer, life.firstRequest)
        }
        switch answer {
        case .handOver(let invocation): handOver(invocation, to: request)
        case .refuse: request(nil)
        case .wait: starter?.resume()
        }
    }

    /// The process cannot start. It ends itself after this, and its end is what counts.
    func failedAtStart(_ body: [UInt8]) { life.withLock { $0.initError = body } }

    /// The process answers the event that is running. One that is taken is to be completed by
    /// ``complete(_:payload:functionError:handedOverAt:)``: until then the environment gets no other event, because its caller
    /// waits.
    func answer(requestID: String, invocationID: String?) -> EnvironmentState.Answered {
        // The function wrote its log lines before it answered: take them first, so that a result never stands without them.
        output.drain()
        if memory.peakBytes > configuration.memorySizeBytes { kill(requestID: requestID, for: nil) }
        return life.withLock { $0.state.answered(requestID: requestID, invocationID: invocationID) }
    }

    /// Says in the log how the invocation went, and gives its caller the result.
    func complete(_ invocation: PendingInvocation, payload: [UInt8], functionError: String?, handedOverAt: Timestamp) {
        report(invocation.requestID, functionError == nil ? .success : .failure)
        invocation.completion.resume(
            returning: InvocationResult(
                requestID: invocation.requestID, payload: payload, functionError: functionError,
                handedOverAt: handedOverAt, logTail: log.tail))
    }

    /// Says in the log how an invocation went.
    private func report(_ requestID: String, _ status: InvocationReport.Status) {
        let now = processTime.now()
        let (handedOverAt, initDuration) = life.withLock { life in
            defer { (life.handedOverAt, life.initDuration) = (nil, nil) }
            return (life.handedOverAt, life.initDuration)
        }
        let report = InvocationReport(
            requestID: requestID, duration: max(.zero, now - (handedOverAt ?? now)), initDuration: initDuration,
            memorySizeMegabytes: configuration.memorySizeMegabytes,
            // A process that was killed for it had more than it may have.
            maxMemoryUsedMegabytes: min(memory.peakBytes >> 20, configuration.memorySizeMegabytes), status: status)
        log.append(platform: platformLog.end(report, now: now))
        observer?.invoked(duration: report.duration, isError: status != .success)
    }

    // MARK: The process

    private func runProcess(port: Int) async -> Ending {
        life.withLock { $0.startedAt = processTime.now() }
        let process: FunctionProcess
        do {
            process = try await FunctionProcess.start(
                .init(
                    program: configuration.program,
                    variables: configuration.variables(runtimeAPI: "127.0.0.1:\(port)", folder: folder),
                    user: configuration.user, output: output.writer))
        } catch {
            output.closeWriter()
            let isItsOwn = (error as? FunctionError)?.code == .failedAtStart
            return Ending(text: "\(error)", code: isItsOwn ? .failedAtStart : .system)
        }
        output.closeWriter()
        memory.watch(process.id)
        let isTooLate = life.withLock { life in
            life.process = process
            life.processStartedAt = processTime.now()
            return life.ending != nil
        }
        if isTooLate { process.kill() }
        return Ending(text: await process.waitForEnd())
    }

    /// Kills the process unless it has answered.
    private func kill(requestID: String, for reason: FailureReason?) {
        let process = life.withLock { life in
            guard life.state.expire(requestID: requestID) else { return nil as FunctionProcess? }
            life.failure = reason
            return life.process
        }
        process?.kill()
    }

    /// The environment has ended: completes what is open.
    private func end(_ ending: Ending) {
        let (leftover, isLate, starter, initError) = life.withLock { life in
            defer { life.firstRequest = nil }
            life.ending = ending
            return (life.state.ended(), life.failure == .timedOut, life.firstRequest, life.initError)
        }
        let startEnding = isLate ? Ending(text: "it was ended after 10 s") : ending
        starter?.resume(throwing: startFailure(startEnding, initError: initError))
        complete(leftover, ending)
    }

    /// Hands what is open back to whom it came from.
    private func complete(_ leftover: EnvironmentState.Leftover, _ ending: Ending) {
        switch leftover {
        case .nothing: break
        case .request(let request): request(nil)
        case .untaken(let invocation): invocation.completion.resume(returning: nil)
        case .invocation(let invocation, let handedOverAt):
            let id = invocation.requestID
            var result: InvocationResult
            switch life.withLock({ $0.failure }) {
            case .timedOut:
                let seconds = String(format: "%.2f", configuration.timeout.milliseconds / 1_000)
                let stamp = PlatformLog.moment(processTime.now())
                let message = "\(stamp) \(id) Task timed out after \(seconds) seconds"
                log.append(platform: [message])
                report(id, .timeout)
                result = .failure(
                    requestID: id, type: "Sandbox.Timedout", message: message, handedOverAt: handedOverAt)
            case nil:
                result = exited(requestID: id, handedOverAt: handedOverAt, ending.text)
            }
            result.logTail = log.tail
            invocation.completion.resume(returning: result)
        }
    }

    private func exited(requestID: String, handedOverAt: Timestamp?, _ ending: String) -> InvocationResult {
        let message = "RequestId: \(requestID) Error: Runtime exited without an answer: \(ending)"
        log.append(platform: ["\(message) Runtime.ExitError"])
        report(requestID, .error(type: "Runtime.ExitError"))
        return .failure(
            requestID: requestID, type: "Runtime.ExitError", message: message, handedOverAt: handedOverAt)
    }

    private func startFailure(_ ending: Ending, initError: [UInt8]?) -> FunctionError {
        let function = "The function \(configuration.name) (\(configuration.program.executablePath))"
        switch ending.code {
        case .stopping: return .stopping(function: configuration.name)
        case .system:
            return FunctionError(
                .system,
                "\(function) has not been started: \(ending.text); allow the engine more processes, open files and memory."
            )
        default:
            let said = log.log.lastLine.map { " and said \"\($0.prefix(200))\"" } ?? ""
            var error = FunctionError(
                .failedAtStart,
                "\(function) does not start: \(ending.text)\(said); it must run and ask the Runtime API for its first event within 10 s."
            )
            error.initError = initError
            return error
        }
    }
}
