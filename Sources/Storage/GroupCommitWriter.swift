import Dispatch
import Synchronization

/// The one writer of a store. It takes the writes that wait, applies them to one batch, and commits the batch with one sync; only
/// then are the callers answered. Writes of one ``WriterLine`` keep their order of arrival; the lines take turns.
///
/// An answered durable write survives kill -9 and power loss. The cost of the sync is shared by the group: with 0.2 ms a
/// sync and twenty waiting writes, a write costs 10 µs of it.
public final class GroupCommitWriter: Sendable {
    /// Most writes that may wait; one more is refused, so that pressure goes back to the callers and not to memory. Beyond it, a line
    /// may have its equal share.
    public static let waitingMax = 8_192
    /// Most writes in one commit: bounds the time that the first of a group waits for its last.
    static let groupMax = 512

    /// What an answered write survives.
    public enum Durability: Sendable {
        /// Kill -9 and power loss.
        case synced
        /// Kill -9 only: for what can be derived again, such as a checkpoint.
        case unsynced
    }

    /// Whether a write may be refused when too many wait.
    public enum Admission: Sendable {
        /// A client's write: refused when ``waitingMax`` wait already, its line's share among them.
        case whenThereIsRoom
        /// One that the engine bounds itself, such as a pipe's: refusing it would stop what empties the stream.
        case always
    }

    private struct State {
        var waiting = WriterLines(waitingMax: waitingMax)
        var isScheduled = false
        var isClosed = false
    }

    private let database: Database
    // A serial queue of its own keeps the blocking sync off Swift's cooperative threads.
    private let queue = DispatchQueue(label: "sluice.writer", qos: .userInitiated)
    private let state = Mutex(State())

    public init(database: Database) { self.database = database }

    /// Runs `work` in the next group and hands on its result once the group is committed. Needs no Swift task.
    ///
    /// - Parameters:
    ///   - line: whose write it is.
    ///   - admission: whether it may be refused with code `overloaded`.
    ///   - work: reads and writes through the transaction. When it throws, its own writes are undone and only its caller
    ///     sees the error.
    ///   - completion: gets the result of `work`, or what it threw, or a ``StorageError`` when the commit failed. Called
    ///     on the writer's thread after the commit, in the order in which they ran, so it must be short and must not block; a
    ///     refusal it gets at once on the caller's thread.
    public func commit<Success: Sendable>(
        line: WriterLine = .engine, durability: Durability = .synced, admission: Admission = .whenThereIsRoom,
        work: @escaping @Sendable (Transaction) throws -> Success,
        completion: @escaping @Sendable (Result<Success, any Error>) -> Void
    ) {
        enqueue(WorkJob(durability, work: work, completion: completion), line, admission)
    }

    /// Runs `work` in the next group and returns its result once the group is committed.
    ///
    /// - Parameters:
    ///   - line: whose write it is.
    ///   - admission: whether it may be refused with code `overloaded`.
    ///   - work: reads and writes through the transaction. When it throws, its own writes are undone and only its caller
    ///     sees the error.
    ///   - committed: called on the writer's thread after the commit and before the caller goes on: wake-ups go here.
    /// - Throws: what `work` throws, or ``StorageError`` when the commit failed; then nothing of the group can be read.
    public func commit<Success: Sendable>(
        line: WriterLine = .engine, durability: Durability = .synced, admission: Admission = .whenThereIsRoom,
        _ work: @escaping @Sendable (Transaction) throws -> Success,
        committed: @escaping @Sendable (Success) -> Void = { _ in }
    ) async throws -> Success {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Success, any Error>) in
            commit(line: line, durability: durability, admission: admission, work: work) { result in
                if case .success(let value) = result { committed(value) }
                continuation.resume(with: result)
            }
        }
    }

    /// Refuses new writes and returns when the waiting ones are committed.
    public func close() async {
        state.withLock { $0.isClosed = true }
        // A write may wait whose caller has not yet scheduled its commit: it was taken, so it is committed here.
        queue.async { self.commitWaiting() }
        // Resumed by a block without `self`: once this returns the queue holds no reference to the store, so that a caller
        // who lets go of the last one has closed it and may open the folder again.
        await withCheckedContinuation { continuation in queue.async { continuation.resume() } }
    }

    private func enqueue(_ job: WriterJob, _ line: WriterLine, _ admission: Admission) {
        let (refusal, schedules) = state.withLock { state -> (StorageError?, Bool) in
            if state.isClosed {
                return (StorageError(.closed, "The store is shutting down; write again after the restart."), false)
            }
            if admission == .whenThereIsRoom, !state.waiting.hasRoom(in: line) {
                return (
                    StorageError(.overloaded, "\(Self.waitingMax) writes wait already; slow down and try again."), false
                )
            }
            state.waiting.append(job, to: line)
            defer { state.isScheduled = true }
            return (nil, !state.isScheduled)
        }
        if let refusal { return job.finish(refusal) }
        if schedules { queue.async { self.commitWaiting() } }
    }

    private func commitWaiting() {
        while let group = nextGroup() {
            var jobs = group[...]
            while !jobs.isEmpty { commitFirst(of: &jobs) }
        }
    }

    /// Commits the jobs up to one that changes the catalog, or all: what a job has made or changed there is committed and
    /// made known before the next one is decided.
    private func commitFirst(of jobs: inout ArraySlice<WriterJob>) {
        let transaction = Transaction(database: database)
        let start = jobs.startIndex
        var next = start
        while next < jobs.endIndex, !transaction.changesCatalog {
            jobs[next].run(in: transaction)
            next += 1
        }
        let group = jobs[start..<next]
        jobs = jobs[next...]
        var failure: StorageError?
        if !transaction.isEmpty {
            do {
                try database.write(transaction.batch, sync: group.contains { $0.durability == .synced })
            } catch {
                failure = error as? StorageError ?? StorageError(.engine, "\(error)")
                transaction.takeBack()
            }
        }
        for job in group { job.finish(failure) }
    }

    private func nextGroup() -> [WriterJob]? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.isScheduled = false
                return nil
            }
            return state.waiting.next(max: Self.groupMax)
        }
    }
}
