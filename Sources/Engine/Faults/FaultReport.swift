public import Faults

/// The faults of an engine that injects some.
public struct FaultsReport: Codable, Sendable, Hashable {
    /// Where they come from.
    public var file: String
    public var seed: UInt64
    /// In the file's order.
    public var faults: [FaultReport]

    /// What an engine says at its start, so that nobody injects faults unknowingly.
    public var announcement: String {
        var ids: [String: [String]] = [:]
        for fault in faults { ids[fault.resource, default: []].append(fault.fault.rawValue) }
        let text = ids.sorted { $0.key < $1.key }.map { "\($0.key) (\($0.value.joined(separator: ", ")))" }
        return "faults are injected, by \(file) with the seed \(seed): \(text.joined(separator: "; "))"
    }

    /// One line for each fault, for the end.
    public var summary: [String] { faults.map(\.text) }

    /// One sentence for each fault that never came to be.
    public var warnings: [String] {
        faults.filter { $0.injected == 0 }.map { fault in
            let why =
                fault.calls == 0
                ? "it had no call that this fault may befall"
                : "none of its \(fault.calls) calls was to have one; raise rate or lower after"
            return
                "\(file):\(fault.line): warning: \(fault.resource): \(fault.fault.rawValue) was never injected: \(why)"
        }
    }
}

/// One fault of the file and how often it was injected.
public struct FaultReport: Codable, Sendable, Hashable {
    /// The resource's logical ID, and `function`, `queue`, `table` or `pipe`.
    public var resource: String
    public var kind: String
    public var fault: Fault
    /// Its line in the file.
    public var line: Int
    /// Calls that it might have befallen.
    public var calls: Int
    public var injected: Int

    var text: String { "\(resource) \(fault.rawValue): injected into \(injected) of \(calls) calls" }
}
