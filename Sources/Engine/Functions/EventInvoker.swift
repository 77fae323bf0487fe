import Clocks
import Functions
import Logging
import Pipes
import Synchronization

/// Lambda's asynchronous invocation (type `Event`) of one function: an event is accepted at once and run when there is
/// room, and nobody waits for what becomes of it.
///
/// Accepted events are in memory: a graceful stop finishes them, a crash loses them. One that fails is logged and not
/// tried again.
final class EventInvoker: Sendable {
    /// Most events that are accepted and not finished. Ours; AWS's queue has no published length. No more than may wait
    /// for a function's environments, so that none is throttled there by the others.
    static let eventsMax = 1_000
    /// Most bytes of them together. Ours: bounded memory.
    static let eventBytesMax = 64 * 1_048_576

    private struct Event {
        let payload: [UInt8]
        let acceptedAt: Timestamp
    }

    /// What is accepted and not finished.
    private struct Load {
        var count = 0
        var bytes = 0
    }

    private let name: String
    private unowned let functions: RunningFunctions
    private let metrics: FunctionMetrics
    private let time: any TimeSource
    private let logger: Logger
    private let load = Mutex(Load())
    private let events: AsyncStream<Event>
    private let post: AsyncStream<Event>.Continuation

    init(
        _ name: String, _ functions: RunningFunctions, _ metrics: FunctionMetrics, time: any TimeSource, logger: Logger
    ) {
        self.name = name
        self.functions = functions
        self.metrics = metrics
        self.time = time
        self.logger = logger
        // Unbounded, as `accept` keeps the bound.
        (events, post) = AsyncStream.makeStream()
    }

    /// Runs what is accepted until ``stop()`` and all of it is finished, or cancellation. May be called once.
    func run() async {
        await withDiscardingTaskGroup { group in
            for await event in events {
                group.addTask { await self.call(event) }
            }
        }
    }

    /// Accepts nothing new.
    func stop() { post.finish() }

    /// - Returns: why the event is not accepted; nil when it is.
    func accept(_ event: [UInt8]) -> String? {
        // Such a function would take none, ever: better kept by the pipe.
        guard functions[name]?.settings.reservedConcurrentExecutions != 0 else {
            return "The function \(name) is switched off; give it a ReservedConcurrentExecutions above 0."
        }
        let hasRoom = load.withLock { load in
            guard load.count < Self.eventsMax, load.bytes + event.count <= Self.eventBytesMax else { return false }
            load.count += 1
            load.bytes += event.count
            return true
        }
        guard hasRoom else { return "Too many events wait for the function \(name); send again later." }
        if case .terminated = post.yield(Event(payload: event, acceptedAt: time.now())) {
            release(event)
            return "The function \(name) is being stopped; send again after the restart."
        }
        metrics.accepted()
        return nil
    }

    private func release(_ event: [UInt8]) {
        load.withLock { load in
            load.count -= 1
            load.bytes -= event.count
        }
    }

    private func call(_ event: Event) async {
        defer { release(event.payload) }
        let reason: String
        var requestID = ""
        do {
            let result = try await NamedFunction(name: name, functions: functions).invoke(event.payload)
            metrics.began(after: (result.handedOverAt ?? time.now()) - event.acceptedAt)
            guard let functionError = result.functionError else { return }
            requestID = result.requestID
            reason = result.reason(functionError)
        } catch {
            reason = "\(error)"
        }
        metrics.dropped()
        logger.error(
            "an asynchronous invocation failed and is not tried again",
            metadata: [
                "function": "\(name)", "reason": "\(reason)", "request-id": "\(requestID)",
            ])
    }
}

/// A function as a target that the pipe does not wait for: it sees whether the event was accepted.
struct EventTarget: PipeTarget {
    let name: String
    let functions: RunningFunctions
    let time: any TimeSource

    func invoke(_ batch: TargetBatch) async -> Invocation {
        guard let invoker = functions[name]?.invoker else {
            return Invocation(outcome: .failed(reason: "there is no function \(name)"), handedOverAt: nil)
        }
        if let reason = invoker.accept(batch.payload) {
            return Invocation(outcome: .notReached(reason: reason), handedOverAt: nil)
        }
        return Invocation(outcome: .succeeded, handedOverAt: time.now())
    }
}
