import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#endif

/// Threads for reads that take long. The system gives them what other threads leave, so that whoever reads megabytes without
/// pause takes no time from those who read and write an item.
enum LongReads {
    /// How far behind others: a tenth of an equal share when all are busy (sched(7)).
    static let niceness: Int32 = 10

    /// As long as the program lives.
    private static let threads: MultiThreadedEventLoopGroup = {
        let threads = MultiThreadedEventLoopGroup(numberOfThreads: min(4, System.coreCount))
        #if canImport(Glibc)
            // In Linux a priority is a thread's own; 0 names the calling one.
            for thread in threads.makeIterator() {
                thread.execute { _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, niceness) }
            }
        #endif
        return threads
    }()

    static func perform(_ work: @escaping @Sendable () -> Void) { threads.next().execute(work) }
}
