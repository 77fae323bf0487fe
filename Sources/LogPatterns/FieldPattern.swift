import Items

/// Conditions on the fields of a message, which stand between blanks; what stands in brackets or quotation marks is one field.
struct FieldPattern: Sendable {
    private struct Field: Sendable {
        /// Nil where any field will do.
        var condition: Condition<ValueTest>?
    }

    /// The fields from the front, or all of them when there is no ellipsis.
    private var front: [Field] = []
    /// The fields from the back; nil without an ellipsis.
    private var back: [Field]?

    init(_ scanner: inout PatternScanner) throws(LogPatternError) {
        scanner.position += 1
        repeat {
            if scanner.take("...") {
                guard back == nil else {
                    scanner.position -= 3
                    throw scanner.unexpected("give one ellipsis at most")
                }
                back = []
            } else {
                let field = try Self.field(&scanner)
                if back == nil { front.append(field) } else { back?.append(field) }
            }
        } while scanner.take(",")
        guard scanner.take("]") else {
            throw scanner.unexpected("close the pattern with ] here, or go on with a comma")
        }
        guard scanner.next() == nil else { throw scanner.unexpected("nothing may follow the closing ]") }
        try scanner.checkExpressionCount()
    }

    private static func field(_ scanner: inout PatternScanner) throws(LogPatternError) -> Field {
        let start = scanner.position
        var field: [UInt8]?
        if scanner.next() != UInt8(ascii: "(") {
            field = try name(&scanner)
            let next = scanner.next()
            if next == UInt8(ascii: ",") || next == UInt8(ascii: "]") { return Field() }
            scanner.position = start
        }
        let condition = try ConditionReader { scanner throws(LogPatternError) in
            let place = scanner.position
            let named = try name(&scanner)
            guard field == nil || field == named else {
                throw LogPatternError(
                    "Invalid filter pattern: a condition of another field begins \(scanner.place(place)); "
                        + "put a comma between fields.")
            }
            field = named
            return try ValueTest(&scanner)
        }.read(&scanner)
        return Field(condition: condition)
    }

    private static func name(_ scanner: inout PatternScanner) throws(LogPatternError) -> [UInt8] {
        _ = scanner.next()
        let name = scanner.run { $0.isWordByte || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "$") }
        guard !name.isEmpty else {
            throw scanner.unexpected(
                "write a field's name of letters, digits, - and _, or ... for any number of fields")
        }
        return name
    }

    func matches(_ message: RawSpan) -> Bool {
        let needed = front.count + (back?.count ?? 0)
        let fields = FieldRanges(message, atMost: back == nil ? front.count : .max)
        guard fields.ranges.count >= needed else { return false }
        for (index, field) in front.enumerated() {
            // Without an ellipsis the last field takes what is left of the message, as AWS's `[w1=ERROR, w2]` does.
            guard Self.holds(field, message.extracting(fields.ranges[index])) else { return false }
        }
        let start = fields.ranges.count - (back?.count ?? 0)
        for (index, field) in (back ?? []).enumerated() {
            guard Self.holds(field, message.extracting(fields.ranges[start + index])) else { return false }
        }
        return true
    }

    private static func holds(_ field: Field, _ value: RawSpan) -> Bool {
        field.condition.map { holds($0, value) } ?? true
    }

    private static func holds(_ condition: Condition<ValueTest>, _ value: RawSpan) -> Bool {
        switch condition {
        case .test(let test): return test.holds(for: value, isNumber: value.number != nil)
        case .all(let parts):
            for part in parts where !holds(part, value) { return false }
            return true
        case .any(let parts):
            for part in parts where holds(part, value) { return true }
            return false
        }
    }
}

/// Where the fields of a message stand, without their brackets or quotation marks.
struct FieldRanges {
    private(set) var ranges: [Range<Int>] = []
    /// Closing signs that do not come any more, so that none is looked for twice.
    private var missing: [UInt8] = []

    /// - Parameter most: the last of so many fields takes the rest of the message.
    init(_ message: RawSpan, atMost most: Int) {
        var position = 0
        let end = message.byteCount
        while true {
            while position < end, Self.isBlank(message[position]) { position += 1 }
            guard position < end else { return }
            let field = field(message, position)
            if ranges.count + 1 == most {
                var rest = end
                while Self.isBlank(message[rest - 1]) { rest -= 1 }
                ranges.append(field.next >= rest ? field.range : position..<rest)
                return
            }
            ranges.append(field.range)
            position = field.next
        }
    }

    private mutating func field(_ message: RawSpan, _ start: Int) -> (range: Range<Int>, next: Int) {
        let closing: UInt8? =
            switch message[start] {
            case UInt8(ascii: "["): UInt8(ascii: "]")
            case UInt8(ascii: "\""): UInt8(ascii: "\"")
            default: nil
            }
        if let closing, !missing.contains(closing) {
            var end = start + 1
            while end < message.byteCount, message[end] != closing { end += 1 }
            // What is not closed is a field like any other.
            if end < message.byteCount { return (start + 1..<end, end + 1) }
            missing.append(closing)
        }
        var end = start
        while end < message.byteCount, !Self.isBlank(message[end]) { end += 1 }
        return (start..<end, end)
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }
}
