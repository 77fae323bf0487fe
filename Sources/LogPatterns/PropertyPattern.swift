import Items

/// A condition on the properties of JSON objects. What is no JSON object does not match.
struct PropertyPattern: Sendable {
    /// Most wildcards in the properties of a pattern. AWS: 3.
    private static let wildcardsMax = 3

    private let condition: Condition<PropertyTest>

    init(_ scanner: inout PatternScanner) throws(LogPatternError) {
        scanner.position += 1
        var wildcardCount = 0
        condition = try ConditionReader { scanner throws(LogPatternError) in
            let test = try PropertyTest(&scanner)
            wildcardCount += test.path.wildcardCount
            return test
        }.read(&scanner)
        guard scanner.take("}") else {
            throw scanner.unexpected("close the pattern with } here, or go on with && or ||")
        }
        guard scanner.next() == nil else { throw scanner.unexpected("nothing may follow the closing }") }
        try scanner.checkExpressionCount()
        guard wildcardCount <= Self.wildcardsMax else {
            throw LogPatternError(
                "Invalid filter pattern: its properties have \(wildcardCount) wildcards; give \(Self.wildcardsMax) at most."
            )
        }
    }

    func matches(_ message: RawSpan) -> Bool {
        var cursor = JSONCursor(position: 0)
        guard cursor.peek(message) == UInt8(ascii: "{") else { return false }
        let start = cursor.position
        // Checked as a whole, so that what stands behind a fault makes no difference.
        do throws(ItemError) { try cursor.skipValue(message) } catch { return false }
        guard cursor.peek(message) == nil else { return false }
        return Self.holds(condition, message, start)
    }

    private static func holds(_ condition: Condition<PropertyTest>, _ json: RawSpan, _ start: Int) -> Bool {
        switch condition {
        case .test(let test): return test.holds(json, from: start)
        case .all(let parts):
            for part in parts where !holds(part, json, start) { return false }
            return true
        case .any(let parts):
            for part in parts where holds(part, json, start) { return true }
            return false
        }
    }
}
