/// Where each test goes in a `TestIndex`.
struct TestIndexPlan {
    private(set) var postings: [TextTable.Key: [TestIndex.Posting]] = [:]
    /// The keys of `postings` in the order they came.
    private(set) var keys: [TextTable.Key] = []
    private(set) var checks: [ValueTest] = []
    private(set) var ranges: [(lower: Double, upper: Double, clause: Int32)] = []
    private(set) var ranges4: [(lower: UInt64, upper: UInt64, clause: Int32)] = []
    private(set) var ranges6: [(lower: UInt128, upper: UInt128, clause: Int32)] = []
    private(set) var nulls: [Int32] = []
    private(set) var yeses: [Int32] = []
    private(set) var noes: [Int32] = []
    private(set) var presents: [Int32] = []
    private(set) var others: [(test: ValueTest, clause: Int32)] = []

    mutating func add(_ test: ValueTest, _ clause: Int32, _ literals: Literals) {
        switch test {
        case .null: nulls.append(clause)
        case .bool(let wanted): if wanted { yeses.append(clause) } else { noes.append(clause) }
        case .present: presents.append(clause)
        case .shortString(let head, let count):
            post(.whole, (0..<Int(count)).map { UInt8(truncatingIfNeeded: head >> UInt64($0 * 8)) }, clause)
        case .string(let text): post(.whole, literals.text(text), clause)
        case .prefix(let text): post(.prefix, literals.text(text), clause)
        case .suffix(let text): post(.suffix, literals.text(text), clause)
        case .numberText(let text): post(.numberText, literals.text(text), clause)
        case .number(let number):
            let bits = (number == 0 ? 0 : number).bitPattern
            post(.number, (0..<8).map { UInt8(truncatingIfNeeded: bits >> UInt64($0 * 8)) }, clause)
        case .numberRange(let index):
            let range = literals.ranges[Int(index)]
            ranges.append((range.lower, range.upper, clause))
        case .addresses(let index): add(literals.addresses[Int(index)], clause)
        case .folded(let characters, let place): add(folded: characters, place, test, clause, literals)
        case .wildcard(let pieces): add(wildcard: pieces, test, clause, literals)
        case .numericText: others.append((test, clause))
        case .noneOf: preconditionFailure("anything-but is indexed by its exceptions")
        }
    }

    private mutating func post(_ kind: TextTable.Kind, _ text: [UInt8], _ clause: Int32, check: ValueTest? = nil) {
        let key = TextTable.Key(kind: kind, text: text)
        if postings[key] == nil { keys.append(key) }
        if let check { checks.append(check) }
        postings[key, default: []].append(.init(clause: clause, check: check == nil ? -1 : Int32(checks.count - 1)))
    }

    private mutating func add(_ range: AddressRange, _ clause: Int32) {
        if let within = range.withinIPv4 { ranges4.append((within.lowerBound, within.upperBound, clause)) }
        if let within = range.withinIPv6 { ranges6.append((within.lowerBound, within.upperBound, clause)) }
    }

    /// An operand of ASCII characters alone is found with its letters in lower case; each is one byte in both forms.
    private mutating func add(
        folded characters: Slice, _ place: ValueTest.FoldedPlace, _ test: ValueTest, _ clause: Int32,
        _ literals: Literals
    ) {
        var text: [UInt8] = []
        for character in literals.folded[characters.range] {
            let lower = literals.text(character.lower)
            guard lower.count == 1, lower[0] < 0x80, character.upper.count == 1 else {
                others.append((test, clause))
                return
            }
            text += lower
        }
        let kind: TextTable.Kind =
            switch place {
            case .whole: .foldedWhole
            case .prefix: .foldedPrefix
            case .suffix: .foldedSuffix
            }
        post(kind, text, clause)
    }

    /// A wildcard is looked for by what stands before its first star, or else behind its last.
    private mutating func add(wildcard pieces: Slice, _ test: ValueTest, _ clause: Int32, _ literals: Literals) {
        let first = literals.text(literals.pieces[pieces.lower].text)
        let last = literals.text(literals.pieces[pieces.range.upperBound - 1].text)
        if pieces.count == 1 {
            post(.whole, first, clause)
        } else if !first.isEmpty {
            post(.prefix, first, clause, check: test)
        } else if !last.isEmpty {
            post(.suffix, last, clause, check: test)
        } else {
            others.append((test, clause))
        }
    }
}
