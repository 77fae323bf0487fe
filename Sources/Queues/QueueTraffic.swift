/// What has come to a queue and gone from it since its store was opened: messages that were there then, and all that came,
/// are those that went and those that are there.
public struct QueueTraffic: Sendable, Hashable {
    /// There when the store was opened.
    public var before = 0
    /// Sent, or moved here from another queue. Duplicates that were not taken do not count.
    public var arrived = 0
    /// Those of `arrived` that came from another queue.
    public var movedHere = 0
    /// Given to receivers, each time anew.
    public var received = 0
    /// Receives that found nothing.
    public var emptyReceives = 0
    /// Deleted by a receiver, or by the project's own commands.
    public var deleted = 0
    /// Moved to the dead-letter queue, or by a move task.
    public var moved = 0
    /// Older than the retention period, or purged.
    public var expired = 0

    public init() {}
}
