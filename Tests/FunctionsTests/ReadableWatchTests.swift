import Foundation
import Synchronization
import Testing

@testable import Functions

/// The pipe that is watched, and what was read from it.
private final class WatchedPipe: Sendable {
    let writer: Int32
    private let reader: Int32
    private let state = Mutex((watch: ReadableWatch?.none, bytes: [UInt8]()))

    init(_ seen: @escaping @Sendable (WatchedPipe) -> Void = { _ in }) throws {
        var ends: [Int32] = [-1, -1]
        try #require(pipe(&ends) == 0)
        _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
        (reader, writer) = (ends[0], ends[1])
        try state.withLock { state in
            state.watch = try ReadableWatch(reader) { [weak self] in
                guard let self else { return }
                take()
                seen(self)
            }
        }
    }

    deinit { close(writer) }

    var bytes: [UInt8] { state.withLock { $0.bytes } }

    private func take() {
        state.withLock { state in
            guard state.watch != nil else { return }
            var buffer = [UInt8](repeating: 0, count: 64)
            let count = read(reader, &buffer, buffer.count)
            state.bytes += buffer.prefix(max(count, 0))
        }
    }

    func write(_ byte: UInt8) { _ = withUnsafeBytes(of: byte) { Foundation.write(writer, $0.baseAddress, 1) } }

    func cancel() {
        state.withLock { state in
            state.watch?.cancel()
            state.watch = nil
        }
    }

    /// Whether the reading end is closed: a write fails with EPIPE.
    var isClosed: Bool {
        var look = pollfd(fd: writer, events: Int16(POLLOUT), revents: 0)
        return poll(&look, 1, 0) == 1 && look.revents & Int16(POLLERR) != 0
    }
}

@Suite(.timeLimit(.minutes(1))) struct ReadableWatchTests {
    @Test func whatIsWrittenIsToldOfUntilTheWatchIsCancelled() async throws {
        let (seen, sight) = AsyncStream.makeStream(of: [UInt8].self)
        let watched = try WatchedPipe { sight.yield($0.bytes) }
        var told = seen.makeAsyncIterator()
        watched.write(1)
        #expect(await told.next() == [1])
        watched.write(2)
        #expect(await told.next() == [1, 2])
        #expect(!watched.isClosed)
        watched.cancel()
        watched.cancel()
        #expect(watched.isClosed)
        // Another's news comes on the same thread: by then this one's would have come.
        let other = try WatchedPipe { _ in sight.yield([]) }
        other.write(3)
        #expect(await told.next() == [])
        #expect(watched.bytes == [1, 2])
        other.cancel()
    }

    /// What ends sources of Dispatch: descriptors that come and go on several threads, so that each number is soon another's.
    @Test func watchesComeAndGoOnManyThreads() async throws {
        let mistakes = try await withThrowingTaskGroup(of: Int.self) { group in
            for worker in UInt8(0)..<8 {
                group.addTask {
                    var mistakes = 0
                    for _ in 0..<300 {
                        let (seen, sight) = AsyncStream.makeStream(of: Void.self)
                        let watched = try WatchedPipe { _ in sight.yield() }
                        watched.write(worker)
                        for await _ in seen { break }
                        if watched.bytes != [worker] { mistakes += 1 }
                        watched.cancel()
                    }
                    return mistakes
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(mistakes == 0)
    }

    @Test func aDescriptorThatCannotBeWatchedIsRefused() throws {
        // A file of the disk is always ready, and epoll takes none.
        let file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC)
        let error = #expect(throws: FunctionError.self) { _ = try ReadableWatch(file) {} }
        #expect(error?.code == .system)
        #expect(error?.message.hasPrefix("A function's process cannot be watched (Operation not permitted)") == true)
    }
}
