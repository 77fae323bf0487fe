/// A value met in an event: where it stands and what it is.
struct EventValue {
    enum Kind { case string, number, yes, no, null }

    var kind: Kind
    /// The content, without quotes and with escapes decoded.
    var start: Int
    var end: Int
    /// The number as a double, worked out once and only if some test asks.
    private var number: Double??

    init(kind: Kind, start: Int, end: Int) {
        self.kind = kind
        self.start = start
        self.end = end
    }

    var range: Range<Int> { start..<end }

    @inline(__always)
    mutating func asNumber(_ bytes: RawSpan) -> Double? {
        guard kind == .number else { return nil }
        if let number { return number }
        let value = NumberText.value(bytes, range)
        number = .some(value)
        return value
    }
}

extension Literals {
    /// Whether a value passes a test. `bytes` is the text that the value's offsets are in.
    @inline(__always)
    func passes(_ test: ValueTest, _ value: inout EventValue, _ bytes: RawSpan) -> Bool {
        switch test {
        case .shortString(let head, let count):
            return value.kind == .string && value.end - value.start == Int(count)
                && bytes.head(value.start, count: Int(count)) == head
        case .noneOf(let tests):
            for index in tests.range where passesSimple(exceptions[index], &value, bytes) { return false }
            return true
        default:
            return passesSimple(test, &value, bytes)
        }
    }

    /// As `passes`, for every test but `noneOf`, which does not nest.
    func passesSimple(_ test: ValueTest, _ value: inout EventValue, _ bytes: RawSpan) -> Bool {
        let length = value.end - value.start
        switch test {
        case .null: return value.kind == .null
        case .bool(let wanted): return value.kind == (wanted ? .yes : .no)
        case .present: return true
        case .numberText(let text):
            return value.kind == .number && length == text.length
                && bytes.equals(value.start, self.bytes.span.bytes, text.lower, count: length)
        case .number(let wanted):
            guard let number = value.asNumber(bytes) else { return false }
            return number == wanted
        case .numberRange(let index):
            guard let number = value.asNumber(bytes) else { return false }
            return ranges[Int(index)].contains(number)
        case .numericText(let index):
            guard let number = value.kind == .string ? NumberText.number(bytes, value.range) : value.asNumber(bytes)
            else { return false }
            return ranges[Int(index)].contains(number)
        case .noneOf: preconditionFailure("anything-but inside anything-but is refused by the parser")
        default: return value.kind == .string && passesText(test, bytes, value.start, value.end)
        }
    }

    private func passesText(_ test: ValueTest, _ bytes: RawSpan, _ start: Int, _ end: Int) -> Bool {
        switch test {
        case .shortString(let head, let count):
            return end - start == Int(count) && bytes.head(start, count: Int(count)) == head
        case .string(let text):
            return end - start == text.length && holds(text, bytes, at: start)
        case .prefix(let text):
            return end - start >= text.length && holds(text, bytes, at: start)
        case .suffix(let text):
            return end - start >= text.length && holds(text, bytes, at: end - text.length)
        case .addresses(let index):
            guard let address = InternetAddress(bytes, start..<end) else { return false }
            return addresses[Int(index)].contains(address)
        case .folded(let characters, .suffix):
            return foldedSuffix(characters, bytes, start, end)
        case .folded(let characters, let place):
            guard let rest = foldedPrefix(characters, bytes, start, end) else { return false }
            return place == .prefix || rest == end
        case .wildcard(let pieces):
            return wildcard(pieces, bytes, start, end)
        default:
            return false
        }
    }

    /// Whether a literal's bytes stand at an offset.
    @inline(__always)
    func holds(_ text: Slice, _ bytes: RawSpan, at offset: Int) -> Bool {
        bytes.equals(offset, self.bytes.span.bytes, text.lower, count: text.length)
    }

    /// Whether a literal of lower-case letters stands at an offset, in letters of either case; only A to Z have cases.
    func holdsFolded(_ text: Slice, _ bytes: RawSpan, at offset: Int) -> Bool {
        for index in stride(from: 0, to: text.length, by: 8) {
            let count = min(text.length - index, 8)
            guard
                bytes.head(offset + index, count: count).foldedLetters
                    == self.bytes.span.bytes.head(text.lower + index, count: count)
            else { return false }
        }
        return true
    }

    /// Matches characters forward and returns where they end. Neither form of a character begins with the other, so
    /// the first that fits is the only one.
    private func foldedPrefix(_ characters: Slice, _ bytes: RawSpan, _ start: Int, _ end: Int) -> Int? {
        var at = start
        for index in characters.range {
            let character = folded[index]
            if at + character.lower.length <= end, holds(character.lower, bytes, at: at) {
                at += character.lower.length
            } else if at + character.upper.length <= end, holds(character.upper, bytes, at: at) {
                at += character.upper.length
            } else {
                return nil
            }
        }
        return at
    }

    /// The same from the end backward.
    private func foldedSuffix(_ characters: Slice, _ bytes: RawSpan, _ start: Int, _ end: Int) -> Bool {
        var at = end
        for index in characters.range.reversed() {
            let character = folded[index]
            if at - character.lower.length >= start, holds(character.lower, bytes, at: at - character.lower.length) {
                at -= character.lower.length
            } else if at - character.upper.length >= start,
                holds(character.upper, bytes, at: at - character.upper.length)
            {
                at -= character.upper.length
            } else {
                return false
            }
        }
        return true
    }

    /// Matches the pieces between stars: the first at the start, the last at the end, each of the others at its first
    /// place, which leaves the most room for those after it. Linear in the text, whatever the wildcard.
    private func wildcard(_ slice: Slice, _ bytes: RawSpan, _ start: Int, _ end: Int) -> Bool {
        let first = pieces[slice.lower].text
        guard slice.length > 1 else { return end - start == first.length && holds(first, bytes, at: start) }
        let last = pieces[slice.range.upperBound - 1].text
        guard end - start >= first.length + last.length, holds(first, bytes, at: start),
            holds(last, bytes, at: end - last.length)
        else { return false }
        var at = start + first.length
        for index in slice.lower + 1..<slice.range.upperBound - 1 {
            guard let next = find(pieces[index], bytes, at, end - last.length) else { return false }
            at = next
        }
        return true
    }

    /// The offset behind the first place of a piece, which is not empty, between two offsets.
    private func find(_ piece: WildcardPiece, _ bytes: RawSpan, _ start: Int, _ end: Int) -> Int? {
        let text = piece.text
        var at = start
        var matched = 0
        while at < end {
            let byte = bytes.byte(at)
            while matched > 0, byte != self.bytes[text.lower + matched] {
                matched = Int(borders[Int(piece.borders) + matched - 1])
            }
            if byte == self.bytes[text.lower + matched] { matched += 1 }
            at += 1
            if matched == text.length { return at }
        }
        return nil
    }
}
