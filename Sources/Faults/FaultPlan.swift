/// Which calls go wrong, and how. A value: the same seed and the same order of a resource's calls give the same faults,
/// whatever the other resources are asked meanwhile.
public struct FaultPlan: Sendable, Hashable {
    /// What has become of a rule so far.
    public struct Progress: Sendable, Hashable {
        /// Calls that its fault may befall, those that passed included.
        public var calls = 0
        public var injected = 0
    }

    public let seed: UInt64
    public let rules: [FaultRule]
    /// In the order of the rules.
    public private(set) var progress: [Progress]

    public init(seed: UInt64 = 0, rules: [FaultRule]) {
        self.seed = seed
        self.rules = rules
        progress = Array(repeating: Progress(), count: rules.count)
    }

    /// Whether any rule is about this resource, or about any of its kind when there is no name.
    public func concerns(_ kind: FaultyResource, _ name: String? = nil) -> Bool {
        rules.contains { $0.kind == kind && (name == nil || $0.name == name) }
    }

    /// Counts a call and decides on it. When several rules want the same call, the first in the file has it, and the
    /// others keep their counts. Linear in the number of rules.
    ///
    /// - Parameter name: the resource's name.
    /// - Returns: the rule whose fault is to be injected; nil when the call passes.
    public mutating func draw(_ kind: FaultyResource, _ name: String, _ call: FaultyResource.Call) -> FaultRule? {
        var drawn: Int?
        for (place, rule) in rules.enumerated()
        where rule.kind == kind && rule.name == name && kind.calls(for: rule.fault).contains(call) {
            let number = progress[place].calls
            progress[place].calls += 1
            guard drawn == nil, number >= rule.after, progress[place].injected < rule.count ?? .max,
                share(rule: place, call: number) < rule.rate
            else { continue }
            progress[place].injected += 1
            drawn = place
        }
        return drawn.map { rules[$0] }
    }

    /// A number from 0 up to 1 that follows from the seed, the rule and the call alone.
    private func share(rule: Int, call: Int) -> Double {
        let mixed = Self.mix(Self.mix(Self.mix(seed) ^ UInt64(rule)) ^ UInt64(call))
        return Double(mixed >> 11) * 0x1p-53
    }

    /// One step of SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
    private static func mix(_ value: UInt64) -> UInt64 {
        var mixed = value &+ 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
