import NIOCore
import NIOPosix

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Threads for reads that take long. They work with what others leave of the processors, so that whoever reads megabytes without
/// pause takes little time from those who read and write an item.
///
/// A low priority alone does not do: the system lets a thread of any priority finish its slice of some milliseconds, in which
/// a read and a write of an item would both be done. So a thread that was pushed aside, which tells of others that wait for its
/// processor, rests then: on a busy machine the long reads of each kind together have a fifth of half of the processors.
public final class LongReads: Sendable {
    /// Of items.
    static let items = LongReads()
    /// Of metrics, which may take seconds each. Items do not wait behind them.
    public static let metrics = LongReads()

    /// How far behind the program's other threads: a tenth of an equal share when all are busy (sched(7)).
    static let niceness: Int32 = 10
    /// How long a thread rests that was pushed aside, in times of the work that it was pushed aside from.
    private static let restFactor: Int64 = 4
    /// Longest rest, for the sake of who waits behind it.
    private static let restMax = TimeAmount.seconds(1)

    /// As long as the program lives.
    private let threads = MultiThreadedEventLoopGroup(numberOfThreads: max(1, System.coreCount / 2))

    private init() {
        #if canImport(Glibc)
            // In Linux a priority is a thread's own; 0 names the calling one.
            for thread in threads.makeIterator() {
                thread.execute {
                    let kind = __priority_which_t(PRIO_PROCESS.rawValue)
                    // The lowest there is ends at 19.
                    _ = setpriority(kind, 0, min(19, getpriority(kind, id_t(getpid())) + Self.niceness))
                }
            }
        #endif
    }

    func perform(_ work: @escaping @Sendable () -> Void) {
        threads.next().execute {
            let (begin, pushes) = (NIODeadline.now(), Self.pushedAsideCount)
            work()
            guard Self.pushedAsideCount > pushes else { return }
            // The thread has nothing else to do.
            usleep(UInt32(min(Self.restFactor * (NIODeadline.now() - begin), Self.restMax).nanoseconds / 1_000))
        }
    }

    /// What a read has found, for a task that waits for it without a thread.
    public func value<Value: Sendable>(_ read: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { waiter in
            perform { waiter.resume(with: Result { try read() }) }
        }
    }

    /// How often the system took the processor from the calling thread for another one: getrusage(2).
    private static var pushedAsideCount: Int {
        #if canImport(Glibc)
            var usage = rusage()
            // RUSAGE_THREAD of sys/resource.h.
            return getrusage(__rusage_who_t(1), &usage) == 0 ? usage.ru_nivcsw : 0
        #else
            return 0
        #endif
    }
}
