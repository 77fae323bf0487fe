/// When the accounts after a load are final: once every pipe is idle and nothing has changed between two looks, or
/// when there is no more time.
public struct Settling: Sendable {
    public enum Step: Sendable, Hashable {
        /// Look again.
        case wait
        /// This look's accounts are the final ones.
        case final
        /// There are no accounts, and there is no more time.
        case unknown
    }

    /// Pipes that were there before.
    private let names: Set<String>
    /// Records of the stream at the last look; nil when it saw none.
    private var last: Int?

    /// - Parameter before: the accounts before the load.
    public init(before: Reconciliation.Mark) { names = Set(before.pipes.map(\.name)) }

    /// - Parameters:
    ///   - mark: how things stand; nil where nobody tells.
    ///   - isOver: whether there is no more time.
    public mutating func look(_ mark: Reconciliation.Mark?, isOver: Bool) -> Step {
        guard let mark else {
            last = nil
            return isOver ? .unknown : .wait
        }
        defer { last = mark.changes }
        // A pipe that is missing may begin in a moment: an engine that was killed starts its own one after the other.
        let isWhole = names.isSubset(of: mark.pipes.map(\.name))
        return isOver || isWhole && mark.isIdle && last == mark.changes ? .final : .wait
    }
}
