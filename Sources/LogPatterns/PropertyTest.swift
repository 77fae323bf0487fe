import Items

/// What one property must be.
struct PropertyTest: Sendable {
    private enum Kind: Sendable {
        case value(ValueTest)
        case isNull
        case isTrue
        case isFalse
        case notExists
    }

    let path: PropertyPath
    private let kind: Kind

    init(_ scanner: inout PatternScanner) throws(LogPatternError) {
        path = try PropertyPath(&scanner)
        if scanner.takeWord("IS") {
            if scanner.takeWord("NULL") {
                kind = .isNull
            } else if scanner.takeWord("TRUE") {
                kind = .isTrue
            } else if scanner.takeWord("FALSE") {
                kind = .isFalse
            } else {
                throw scanner.unexpected("write IS NULL, IS TRUE or IS FALSE")
            }
        } else if scanner.takeWord("NOT") {
            guard scanner.takeWord("EXISTS") else { throw scanner.unexpected("write NOT EXISTS") }
            kind = .notExists
        } else {
            kind = .value(try ValueTest(&scanner))
        }
    }

    /// - Parameter start: where the object begins, which has been checked.
    func holds(_ json: RawSpan, from start: Int) -> Bool {
        var cursor = JSONCursor(position: start)
        // Nothing throws on JSON that has been checked.
        let isFound = (try? isFound(json, &cursor, step: 0)) ?? false
        if case .notExists = kind { return !isFound }
        return isFound
    }

    /// Whether a value that the rest of the path leads to is what it must be. The first of members with one name counts.
    private func isFound(_ json: RawSpan, _ cursor: inout JSONCursor, step: Int) throws(ItemError) -> Bool {
        guard step < path.steps.count else { return try accepts(json, &cursor) }
        switch (path.steps[step], cursor.peek(json)) {
        case (.member(let name), UInt8(ascii: "{")):
            cursor.position += 1
            if cursor.take(UInt8(ascii: "}"), json) { return false }
            repeat {
                let isIt = try text(json, &cursor) { $0.equals(name) }
                try cursor.expect(UInt8(ascii: ":"), json)
                if isIt { return try isFound(json, &cursor, step: step + 1) }
                try cursor.skipValue(json)
            } while cursor.take(UInt8(ascii: ","), json)
            return false
        case (.element(let index), UInt8(ascii: "[")):
            cursor.position += 1
            if cursor.take(UInt8(ascii: "]"), json) { return false }
            var count = 0
            repeat {
                if count == index { return try isFound(json, &cursor, step: step + 1) }
                try cursor.skipValue(json)
                count += 1
            } while cursor.take(UInt8(ascii: ","), json)
            return false
        case (.anyMember, UInt8(ascii: "{")), (.anyElement, UInt8(ascii: "[")):
            let hasNames = json[cursor.position] == UInt8(ascii: "{")
            cursor.position += 1
            if cursor.take(hasNames ? UInt8(ascii: "}") : UInt8(ascii: "]"), json) { return false }
            repeat {
                if hasNames {
                    _ = cursor.peek(json)
                    _ = try cursor.rawString(json)
                    try cursor.expect(UInt8(ascii: ":"), json)
                }
                // The one wildcard of a path: each value is read twice at most.
                var inner = cursor
                if try isFound(json, &inner, step: step + 1) { return true }
                try cursor.skipValue(json)
            } while cursor.take(UInt8(ascii: ","), json)
            return false
        default: return false
        }
    }

    private func accepts(_ json: RawSpan, _ cursor: inout JSONCursor) throws(ItemError) -> Bool {
        let first = cursor.peek(json)
        switch kind {
        case .notExists: return true
        case .isNull: return first == UInt8(ascii: "n")
        case .isTrue: return first == UInt8(ascii: "t")
        case .isFalse: return first == UInt8(ascii: "f")
        case .value(let test):
            switch first {
            case UInt8(ascii: "\""): return try text(json, &cursor) { test.holds(for: $0, isNumber: false) }
            case let byte? where byte == UInt8(ascii: "-") || byte.isDigit:
                let start = cursor.position
                try cursor.skipValue(json)
                return test.holds(for: json.extracting(start..<cursor.position), isNumber: true)
            // An object, an array, null and the truth values are equal and unequal to nothing.
            default: return false
            }
        }
    }

    /// Takes a string and looks at its bytes without escapes.
    private func text(
        _ json: RawSpan, _ cursor: inout JSONCursor, _ look: (RawSpan) -> Bool
    ) throws(ItemError) -> Bool {
        switch try cursor.rawString(json) {
        case .plain(let range): look(json.extracting(range))
        case .unescaped(let bytes): look(bytes.span.bytes)
        }
    }
}
