import Clocks
import Items
import Tables
import Testing
import TestSupport

/// A lost wake-up would hang, so the time limit is what fails.
@Suite(.timeLimit(.minutes(1))) struct StreamWaitTests {
    private let store: OpenTable
    private let inOrder = InOrder()

    init() async throws { store = try await OpenTable() }

    private func put(_ number: Int) async throws {
        try await store.table.put(["pk": .string("a"), "n": .number(Number(number))])
    }

    /// A task that waits when this returns, unless there is something to read.
    private func waiter(after sequence: UInt64) async -> Task<Void, any Error> {
        let task = Task(executorPreference: inOrder) { [lineage = store.lineage] in
            try await lineage.waitForRecords(after: sequence)
        }
        await inOrder.settle()
        return task
    }

    @Test func whoIsBehindDoesNotWait() async throws {
        try await put(1)
        try await put(2)
        try await store.lineage.waitForRecords(after: 0)
        try await store.lineage.waitForRecords(after: 1)
        try await store.reopen()
        try await store.lineage.waitForRecords(after: 1)
    }

    /// Or a reader whose place has been trimmed, with nothing behind it, would read again and again.
    @Test func whatHasBeenTrimmedIsNotWaitedFor() async throws {
        try await put(1)
        store.time.advance(by: ChangeStream.retention + .seconds(1))
        try await store.store.trimStreams()
        let near = await waiter(after: 0)
        let other = await waiter(after: 0)
        // Had the trimmed record ended the wait, this one would not be cancelled.
        other.cancel()
        await #expect(throws: CancellationError.self) { try await other.value }
        try await put(2)
        try await near.value
    }

    @Test func aCommitWakesWhoWaits() async throws {
        let waiter = await waiter(after: 0)
        try await put(1)
        try await waiter.value
        #expect(try store.stream.records(after: 0, limit: 1).count == 1)
    }

    @Test func onlyARecordBehindTheirPlaceWakesThem() async throws {
        let near = await waiter(after: 0)
        let far = await waiter(after: 1)
        try await put(1)
        try await near.value
        // Had the record woken this one as well, it would not be cancelled.
        far.cancel()
        await #expect(throws: CancellationError.self) { try await far.value }
    }

    @Test func cancellationEndsTheWait() async throws {
        let waiter = await waiter(after: 0)
        waiter.cancel()
        await #expect(throws: CancellationError.self) { try await waiter.value }
        // The commit finds nobody to wake twice.
        try await put(1)
    }

    @Test func whoIsCancelledBeforehandDoesNotWait() async throws {
        let lineage = store.lineage
        let waiter = Task {
            while !Task.isCancelled { await Task.yield() }
            try await lineage.waitForRecords(after: 0)
        }
        waiter.cancel()
        await #expect(throws: CancellationError.self) { try await waiter.value }
        try await put(1)
        try await lineage.waitForRecords(after: 0)
    }

    @Test func manyWaitersAreAllWokenOrCancelled() async throws {
        var waiters: [Task<Void, any Error>] = []
        for _ in 0..<300 { waiters.append(await waiter(after: 0)) }
        for waiter in waiters.prefix(100) { waiter.cancel() }
        try await put(1)
        for (place, waiter) in waiters.enumerated() {
            if place < 100 {
                await #expect(throws: CancellationError.self) { try await waiter.value }
            } else {
                try await waiter.value
            }
        }
    }

    /// Commits, cancellations and waits that meet: each wait ends in one of its two ways.
    @Test func waitsThatMeetCommitsAndCancellationsEnd() async throws {
        let (table, lineage) = (store.table, store.lineage)
        for number in 1...100 {
            let waiters = (0..<8).map { _ in Task { try await lineage.waitForRecords(after: UInt64(number) - 1) } }
            async let written = table.put(["pk": .string("a"), "n": .number(Number(number))])
            for waiter in waiters.prefix(4) { waiter.cancel() }
            #expect(try await written.isChange)
            for waiter in waiters.suffix(4) { try await waiter.value }
            for waiter in waiters.prefix(4) {
                do { try await waiter.value } catch { #expect(error is CancellationError) }
            }
        }
    }

    @Test func aReaderThatFollowsSeesEveryRecordOnce() async throws {
        let lineage = store.lineage
        let reader = Task {
            var seen: [UInt64] = []
            while seen.count < 300 {
                try await lineage.waitForRecords(after: seen.last ?? 0)
                seen += try lineage.records(after: seen.last ?? 0, limit: 7).map(\.sequence)
            }
            return seen
        }
        try await withThrowingTaskGroup(of: Void.self) { [table = store.table] group in
            for number in 0..<300 {
                group.addTask { try await table.put(["pk": .string("\(number)")]) }
            }
            try await group.waitForAll()
        }
        #expect(try await reader.value == Array(1...300))
    }
}
