public import Clocks
import Synchronization

/// A task of StartMessageMoveTask: it moves what a dead-letter queue held when it began.
public final class MoveTask: Sendable {
    public enum Status: String, Sendable {
        case running = "RUNNING"
        case completed = "COMPLETED"
        case cancelling = "CANCELLING"
        case cancelled = "CANCELLED"
        case failed = "FAILED"

        var isActive: Bool { self == .running || self == .cancelling }
    }

    public struct Progress: Sendable, Hashable {
        public var status = Status.running
        public var movedCount = 0
        /// AWS's code for why it failed.
        public var failureReason: String?
    }

    public let id: String
    public let sourceARN: String
    /// Nil moves each message to the queue that it came from.
    public let destinationARN: String?
    /// 1 to 500 a second; nil moves as fast as it goes.
    public let rate: Int?
    public let startedAt: Timestamp
    /// How many messages the source had when the task began.
    public let toMoveCount: Int
    /// The last place of the source when the task began: what comes later is not moved.
    let lastPlace: UInt64
    private let state = Mutex(Progress())

    init(
        id: String, source: Queue, destinationARN: String?, rate: Int?, startedAt: Timestamp, toMoveCount: Int,
        lastPlace: UInt64
    ) {
        self.id = id
        sourceARN = source.arn
        self.destinationARN = destinationARN
        self.rate = rate
        self.startedAt = startedAt
        self.toMoveCount = toMoveCount
        self.lastPlace = lastPlace
    }

    public var progress: Progress { state.withLock { $0 } }

    func update(_ change: (inout Progress) -> Void) { state.withLock { change(&$0) } }
}

/// The latest tasks of each source queue.
struct MoveTaskList {
    /// Most tasks that ListMessageMoveTasks tells of. AWS: 10.
    static let countMax = 10
    /// Most tasks that run at a time. AWS: 100 for each account.
    static let activeMax = 100

    private var bySource: [String: [MoveTask]] = [:]

    /// The newest first.
    func tasks(ofSource arn: String) -> [MoveTask] { bySource[arn]?.reversed() ?? [] }

    func task(_ id: String, ofSource arn: String) -> MoveTask? { bySource[arn]?.first { $0.id == id } }

    /// - Throws: ``QueueError`` when the source has an active task, or the account too many.
    mutating func append(_ task: MoveTask) throws(QueueError) {
        let known = bySource[task.sourceARN] ?? []
        guard !known.contains(where: { $0.progress.status.isActive }) else {
            throw QueueError(
                .invalidParameterValue,
                "There is already a task running. Only one active task is allowed for a source queue arn at a given time."
            )
        }
        let activeCount = bySource.values.joined().count { $0.progress.status.isActive }
        guard activeCount < Self.activeMax else {
            throw QueueError(
                .invalidParameterValue, "\(Self.activeMax) message move tasks are active already; wait for one to end.")
        }
        bySource[task.sourceARN] = (known + [task]).suffix(Self.countMax)
    }
}
