/// Which operators a compiler accepts: what EventBridge Pipes takes, or everything an event bus rule may use.
///
/// AWS's table of operators has a column for each of the two and the lists differ, so a pattern that works in a rule
/// may be refused by a pipe. Source: "Comparison operators for use in event patterns in Amazon EventBridge".
public struct PatternDialect: Sendable, Hashable {
    /// The operators of EventBridge Pipes. `cidr`, which AWS's table does not name for pipes, is accepted.
    public static let pipes = PatternDialect(name: "EventBridge Pipes", refused: Operator.busOnly)
    /// Every operator that the engine behind EventBridge rules knows.
    public static let eventBus = PatternDialect(name: "EventBridge rules", refused: [])
    /// Every operator, and `numeric` also takes a string that is a number, as DynamoDB's `N` is in a stream record. No
    /// AWS service does that: what is written for this dialect works nowhere else.
    public static let lenient = PatternDialect(name: "lenient filters", refused: [], numericReadsStrings: true)

    /// The words for messages: who refuses.
    let name: String
    private let refused: Set<Operator>
    /// Whether `numeric` takes the strings that are numbers for numbers.
    let numericReadsStrings: Bool

    private init(name: String, refused: Set<Operator>, numericReadsStrings: Bool = false) {
        self.name = name
        self.refused = refused
        self.numericReadsStrings = numericReadsStrings
    }

    func accepts(_ op: Operator) -> Bool { !refused.contains(op) }
}
