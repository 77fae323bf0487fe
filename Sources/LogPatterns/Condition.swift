/// Tests joined by `&&` and `||`.
indirect enum Condition<Test: Sendable>: Sendable {
    case test(Test)
    case all([Condition])
    case any([Condition])
}

/// Reads conditions: `()` before `&&` before `||`.
struct ConditionReader<Test: Sendable> {
    /// Most parentheses inside one another. Ours: bounded work.
    private let depthMax = 32

    let test: (inout PatternScanner) throws(LogPatternError) -> Test

    func read(_ scanner: inout PatternScanner, depth: Int = 0) throws(LogPatternError) -> Condition<Test> {
        var alternatives = [try conjunction(&scanner, depth)]
        while scanner.take("||") { alternatives.append(try conjunction(&scanner, depth)) }
        return alternatives.count == 1 ? alternatives[0] : .any(alternatives)
    }

    private func conjunction(_ scanner: inout PatternScanner, _ depth: Int) throws(LogPatternError) -> Condition<Test> {
        var parts = [try part(&scanner, depth)]
        while scanner.take("&&") { parts.append(try part(&scanner, depth)) }
        return parts.count == 1 ? parts[0] : .all(parts)
    }

    private func part(_ scanner: inout PatternScanner, _ depth: Int) throws(LogPatternError) -> Condition<Test> {
        guard scanner.take("(") else { return .test(try test(&scanner)) }
        guard depth < depthMax else {
            throw LogPatternError(
                "Invalid filter pattern: more than \(depthMax) parentheses inside one another "
                    + "\(scanner.place(scanner.position - 1)); use fewer.")
        }
        let condition = try read(&scanner, depth: depth + 1)
        guard scanner.take(")") else { throw scanner.unexpected("close the parenthesis here, or go on with && or ||") }
        return condition
    }
}
