/// A field and its rule, with the place in the pattern's text, and able to be asked alone.
struct PatternClause: Sendable {
    /// The field's full name, taken apart at its dots.
    let segments: [[UInt8]]
    /// The full name as the pattern spells it, with its escapes, to stand between quotes.
    let spelling: String
    let rule: [PatternValue]
    let ruleText: String
    let offset: Int
    /// The clause as a pattern of its own.
    let pattern: EventPattern

    /// The field's full name.
    var name: [UInt8] { Array(segments.joined(separator: [UInt8(ascii: ".")])) }

    var path: String { Self.path(segments[...]) }

    /// `exists: false` is among the alternatives.
    var allowsAbsence: Bool {
        rule.contains { alternative in
            if case .exists(false) = Comparison(alternative) { return true }
            return false
        }
    }

    static func path(_ segments: ArraySlice<[UInt8]>) -> String {
        segments.reduce("$") { $0 + Place.step(String(decoding: $1, as: UTF8.self)) }
    }

    /// The text of a pattern in which these clauses must hold together. A dotted name is the same as nesting.
    static func text(of clauses: some Collection<PatternClause>) -> String {
        "{" + clauses.map { "\"\($0.spelling)\":\($0.ruleText)" }.joined(separator: ",") + "}"
    }

    /// Whether a value, as JSON text, passes the rule.
    func passes(_ json: String) -> Bool {
        (try? pattern.matches(Array("{\"\(spelling)\":\(json)}".utf8))) ?? false
    }
}
