/// One alternative in a field's array, as it is written.
indirect enum ReferenceTest {
    case string([UInt8])
    case address(ReferenceAddressRange)
    case number([UInt8])
    /// `true`, `false` or `null`.
    case word(String)
    case exists(Bool)
    case prefix([UInt8])
    case suffix([UInt8])
    case prefixIgnoringCase([UInt8])
    case suffixIgnoringCase([UInt8])
    case equalsIgnoringCase([UInt8])
    /// What the text is made of, nil for a star.
    case wildcard([UInt8?])
    case numeric([(comparison: String, bound: Double)])
    /// `anything-but`.
    case noneOf([ReferenceTest])

    /// Whether a value that is no object or array passes.
    func passes(_ value: ReferenceValue) -> Bool {
        switch (self, value) {
        case (.string(let wanted), .string(let text)): return text == wanted
        case (.address(let range), .string(let text)): return ReferenceAddress(text).map(range.contains) ?? false
        case (.number(let wanted), .number(let text)):
            guard let a = ReferenceNumber.value(wanted), let b = ReferenceNumber.value(text) else {
                return text == wanted
            }
            return a == b
        case (.word(let wanted), .word(let word)): return word == wanted
        case (.exists(let wanted), _): return wanted
        case (.prefix(let wanted), .string(let text)): return text.starts(with: wanted)
        case (.suffix(let wanted), .string(let text)): return text.reversed().starts(with: wanted.reversed())
        case (.prefixIgnoringCase(let wanted), .string(let text)): return !Self.ends(Self.folded(wanted), text).isEmpty
        case (.equalsIgnoringCase(let wanted), .string(let text)):
            return Self.ends(Self.folded(wanted), text).contains(text.count)
        case (.suffixIgnoringCase(let wanted), .string(let text)):
            return (0...text.count).contains { start in
                Self.ends(Self.folded(wanted), Array(text[start...])).contains(text.count - start)
            }
        case (.wildcard(let pieces), .string(let text)): return Self.wildcard(pieces, text)
        case (.numeric(let comparisons), .number(let text)):
            guard let number = ReferenceNumber.value(text) else { return false }
            return comparisons.allSatisfy { Self.compare(number, $0.comparison, $0.bound) }
        case (.noneOf(let tests), _): return !tests.contains { $0.passes(value) }
        default: return false
        }
    }

    private static func compare(_ number: Double, _ comparison: String, _ bound: Double) -> Bool {
        switch comparison {
        case "<": number < bound
        case "<=": number <= bound
        case ">": number > bound
        case ">=": number >= bound
        default: number == bound
        }
    }

    /// For each character of an operand the texts that it stands for: its lower and its upper case. Half of a surrogate
    /// pair has no case.
    private static func folded(_ wanted: [UInt8]) -> [[[UInt8]]] {
        TextUnits.characters(wanted).map { character in
            guard let text = String(validating: character, as: UTF8.self) else { return [character] }
            return [Array(text.lowercased().utf8), Array(text.uppercased().utf8)]
        }
    }

    /// Where in a text the characters may end, one after the other from its start, in whichever form.
    private static func ends(_ characters: [[[UInt8]]], _ text: [UInt8]) -> Set<Int> {
        var ends: Set<Int> = [0]
        for forms in characters {
            var next: Set<Int> = []
            for end in ends {
                for form in forms where text[end...].starts(with: form) { next.insert(end + form.count) }
            }
            ends = next
        }
        return ends
    }

    /// For each piece, which beginnings of the text the pieces up to it match.
    private static func wildcard(_ pieces: [UInt8?], _ text: [UInt8]) -> Bool {
        var isMatched = [true] + Array(repeating: false, count: text.count)
        for piece in pieces {
            if let piece {
                isMatched = [false] + text.indices.map { isMatched[$0] && text[$0] == piece }
            } else if let first = isMatched.firstIndex(of: true) {
                isMatched = isMatched.indices.map { $0 >= first }
            }
        }
        return isMatched[text.count]
    }
}
