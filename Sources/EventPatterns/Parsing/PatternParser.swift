/// What one pattern says: rules for fields, and which of them must hold together.
struct ParsedPattern {
    /// The alternatives in one field's array.
    struct Rule {
        /// As they were written, by which rules that say the same are known.
        var values: [PatternValue]
        var tests: [ValueTest] = []
        /// `exists: false` is among the alternatives.
        var allowsAbsence = false
    }

    var rules: [Rule] = []
    /// The full names of the fields.
    var names: [[UInt8]] = []
    /// Each is one way through the `$or`s: by the index of the field's name, the index of its rule. All fields of one
    /// must match, one of these must match.
    var combinations: [[Int: Int]] = []
}

/// Turns a pattern's tree into rules, refusing what AWS's engine refuses and what the dialect has not.
///
/// Of a field that is named twice the last rule counts; a field within `$or` replaces the same field beside it, and the
/// other way round, whichever comes later. Source: event-ruler 2.0.1, by its answers.
struct PatternParser {
    /// The words that AWS keeps from being field names inside `$or`. Source: event-ruler's README, "$or".
    private static let reservedInsideOr: Set<String> = [
        "exactly", "equals-ignore-case", "prefix", "suffix", "anything-but", "exists", "wildcard", "numeric", "cidr",
        "=", "<", "<=", ">", ">=", "regex", "not-wildcard", "not-equals-ignore-case", "date-after", "date-on-or-after",
        "date-before", "date-on-or-before", "in-date-range", "ip-address-in-range", "ip-address-not-in-range",
    ]

    let dialect: PatternDialect
    var parsed = ParsedPattern()
    private var indexOfName: [[UInt8]: Int] = [:]

    private init(dialect: PatternDialect) { self.dialect = dialect }

    static func parse(
        _ text: String, dialect: PatternDialect, literals: inout Literals
    ) throws(PatternError) -> ParsedPattern {
        let root = try PatternReader.read(text)
        var parser = PatternParser(dialect: dialect)
        guard case .object(let members) = root.kind else {
            throw Place.root.error(
                .notAnObject, "The pattern is \(root.kindName), not an object", root.offset,
                "write {\"field\": [\"value\"]}")
        }
        try parser.fields(members, root.offset, Place.root, name: nil, insideOr: false, &literals)
        return parser.parsed
    }

    private mutating func fields(
        _ members: [PatternValue.Member], _ offset: Int, _ place: Place, name parent: [UInt8]?, insideOr: Bool,
        _ literals: inout Literals
    ) throws(PatternError) {
        guard !members.isEmpty else {
            throw place.error(.empty, "The object is empty", offset, "name a field in it or leave it out")
        }
        for member in members {
            let word = String(decoding: member.name, as: UTF8.self)
            let here = place.field(word)
            if word == "$or" {
                try alternatives(member.value, here, name: parent, &literals)
                continue
            }
            if insideOr, Self.reservedInsideOr.contains(word) {
                throw here.error(
                    .invalidOr, "The word \(word) is an operator and cannot be a field name inside $or", member.offset,
                    "put the operator inside the array of a field, as in {\"field\": [{\"\(word)\": ...}]}")
            }
            let name = parent.map { $0 + [UInt8(ascii: ".")] + member.name } ?? member.name
            switch member.value.kind {
            case .object(let members):
                try fields(members, member.value.offset, here, name: name, insideOr: insideOr, &literals)
            case .array(let values):
                try rule(values, member.value.offset, here, name: name, &literals)
            default:
                let isOperator = name.count > member.name.count && Operator.outermost.contains { $0.rawValue == word }
                throw here.error(
                    .fieldNotArrayOrObject, "The value of a field is \(member.value.kindName)", member.value.offset,
                    isOperator
                        ? "an operator stands within a field's array, as in [{\"\(word)\": ...}]"
                        : "put it in an array, as in [\"value\"]")
            }
        }
    }

    private mutating func rule(
        _ values: [PatternValue], _ offset: Int, _ place: Place, name: [UInt8], _ literals: inout Literals
    ) throws(PatternError) {
        guard !values.isEmpty else {
            throw place.error(.empty, "The array is empty", offset, "list the values that shall match")
        }
        var rule = ParsedPattern.Rule(values: values)
        let operators = OperatorParser(dialect: dialect)
        for (index, value) in values.enumerated() {
            try operators.parse(value, place.element(index), &rule, &literals)
        }
        parsed.rules.append(rule)
        let field = indexOfName[name] ?? parsed.names.count
        if field == parsed.names.count {
            indexOfName[name] = field
            parsed.names.append(name)
        }
        if parsed.combinations.isEmpty { parsed.combinations = [[:]] }
        for index in parsed.combinations.indices { parsed.combinations[index][field] = parsed.rules.count - 1 }
    }

    /// Multiplies the combinations found so far by the alternatives of an `$or`.
    private mutating func alternatives(
        _ value: PatternValue, _ place: Place, name: [UInt8]?, _ literals: inout Literals
    ) throws(PatternError) {
        guard case .array(let values) = value.kind, values.count >= 2 else {
            throw place.error(
                .invalidOr, "The value of $or is \(value.kindName) without two alternatives", value.offset,
                "list at least two objects")
        }
        let before = parsed.combinations.isEmpty ? [[:]] : parsed.combinations
        var after: [[Int: Int]] = []
        for (index, alternative) in values.enumerated() {
            let here = place.element(index)
            guard case .object(let members) = alternative.kind else {
                throw here.error(
                    .invalidOr, "An alternative of $or is \(alternative.kindName)", alternative.offset,
                    "write an object of fields")
            }
            parsed.combinations = before
            try fields(members, alternative.offset, here, name: name, insideOr: true, &literals)
            after += parsed.combinations
            guard after.count <= PatternLimits.orCombinationsMax else {
                throw here.error(
                    .tooManyCombinations,
                    "The pattern's $or give more than \(PatternLimits.orCombinationsMax) combinations",
                    alternative.offset, "use fewer alternatives or split the filter")
            }
        }
        parsed.combinations = after
    }
}
