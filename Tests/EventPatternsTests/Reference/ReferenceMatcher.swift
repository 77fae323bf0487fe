/// The slow and obvious twin of the matcher: it tries every choice of values for every way in which a pattern may hold.
/// It shares no code with the module under test.
struct ReferenceMatcher {
    /// Whether the pattern is refused, else the event, else whether it matches.
    enum Answer: Equatable {
        case patternRefused
        case eventRefused
        case matches(Bool)
        /// There are too many choices to try them all. This says nothing about the pattern or the event.
        case undecided
    }

    private struct TooMany: Error {}

    /// Most values looked at in trying choices.
    private static let stepsMax = 200_000

    private let event: ReferenceEvent
    private var steps = 0

    static func answer(_ pattern: [UInt8], _ event: [UInt8], forPipes: Bool) -> Answer {
        guard let pattern = try? ReferencePattern(pattern, forPipes: forPipes) else { return .patternRefused }
        guard let event = try? ReferenceEvent(event) else { return .eventRefused }
        return answer(pattern, event)
    }

    static func answer(_ pattern: ReferencePattern, _ event: ReferenceEvent) -> Answer {
        var matcher = ReferenceMatcher(event: event)
        do {
            for combination in pattern.combinations where try matcher.holds(combination[...], [:]) {
                return .matches(true)
            }
            return .matches(false)
        } catch {
            return .undecided
        }
    }

    private init(event: ReferenceEvent) { self.event = event }

    /// Whether the fields hold, with values that lie in the chosen elements as far as arrays have one.
    private mutating func holds(
        _ fields: ArraySlice<ReferencePattern.Field>, _ chosen: [Int: Int]
    ) throws(TooMany) -> Bool {
        guard let field = fields.first else { return true }
        let all = event.leaves[field.name] ?? []
        steps += 1 + all.count
        guard steps <= Self.stepsMax else { throw TooMany() }
        let open = all.filter { leaf in
            leaf.elements.allSatisfy { chosen[$0.key] == nil || chosen[$0.key] == $0.value }
        }
        let allowsAbsence = field.tests.contains { if case .exists(false) = $0 { true } else { false } }
        if open.isEmpty, allowsAbsence, try holds(fields.dropFirst(), chosen) { return true }
        for leaf in open where field.tests.contains(where: { $0.passes(leaf.value) }) {
            if try holds(fields.dropFirst(), chosen.merging(leaf.elements) { old, _ in old }) { return true }
        }
        return false
    }
}
