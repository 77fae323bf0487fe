/// One entry of a faults file: a fault of a resource, how often and when.
public struct FaultRule: Sendable, Hashable {
    public var kind: FaultyResource
    /// The resource's logical ID in the template, and its name.
    public var logicalID: String
    public var name: String
    public var fault: Fault
    /// Share of the calls, above 0 up to 1.
    public var rate: Double
    /// Calls that pass before the first fault.
    public var after: Int
    /// Most faults; nil for no bound.
    public var count: Int?
    /// How late a `slow` answer comes, and how long the process of a `crash` lives on; zero for the other faults.
    public var delay: Duration
    /// Where it stands in the file, counted from 1.
    public var line: Int

    public init(
        kind: FaultyResource, logicalID: String, name: String, fault: Fault, rate: Double = 1, after: Int = 0,
        count: Int? = nil, delay: Duration = .zero, line: Int = 1
    ) {
        self.kind = kind
        self.logicalID = logicalID
        self.name = name
        self.fault = fault
        self.rate = rate
        self.after = after
        self.count = count
        self.delay = delay
        self.line = line
    }
}
