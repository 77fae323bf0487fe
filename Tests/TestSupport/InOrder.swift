import Dispatch

/// Runs tasks one after the other, each up to where it waits: tasks begin in the order of their creation.
public final class InOrder: TaskExecutor {
    private let queue = DispatchQueue(label: "sluice.tests.in-order")

    public init() {}

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }

    /// Returns when the tasks created so far wait for something.
    public func settle() async {
        await withCheckedContinuation { continuation in queue.async { continuation.resume() } }
    }
}
