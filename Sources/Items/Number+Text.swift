extension Number: CustomStringConvertible {
    /// Canonical decimal text: "100", "0.5", "-139.12". Never an exponent, as DynamoDB answers; so 1E-130 has 132
    /// characters.
    public var text: String {
        var bytes: [UInt8] = []
        appendText(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    public var description: String { text }

    /// Appends `text` as ASCII.
    func appendText(to bytes: inout [UInt8]) {
        let value = mantissa
        guard value != 0 else {
            bytes.append(UInt8(ascii: "0"))
            return
        }
        if isNegative { bytes.append(UInt8(ascii: "-")) }
        let digits = Decimals.count(value)
        let exponent = Int(exponent)
        // Digits before the point; zero or less means "0.", zeroes, digits.
        let whole = digits + exponent
        if exponent >= 0 {
            Number.appendDigits(of: value, count: digits, to: &bytes)
            bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: exponent))
        } else if whole <= 0 {
            bytes.append(UInt8(ascii: "0"))
            bytes.append(UInt8(ascii: "."))
            bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: -whole))
            Number.appendDigits(of: value, count: digits, to: &bytes)
        } else {
            Number.appendDigits(of: value, count: digits, to: &bytes)
            bytes.insert(UInt8(ascii: "."), at: bytes.count + exponent)
        }
    }

    private static func appendDigits(of value: UInt128, count: Int, to bytes: inout [UInt8]) {
        let start = bytes.count
        bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: count))
        var end = bytes.count
        var word: UInt64
        if value > UInt128(UInt64.max) {
            let (upper, lower) = value.quotientAndRemainder(dividingBy: UInt128(Decimals.wordDivisor))
            var rest = UInt64(truncatingIfNeeded: lower)
            for _ in 0..<19 {
                end -= 1
                bytes[end] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            }
            word = UInt64(truncatingIfNeeded: upper)
        } else {
            word = UInt64(truncatingIfNeeded: value)
        }
        while end > start {
            end -= 1
            bytes[end] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: word % 10)
            word /= 10
        }
    }

    /// Reads decimal text. One pass; a text of any length costs no more than reading it.
    static func parse(_ text: RawSpan) throws(ItemError) -> Number {
        var reader = NumberReader()
        guard reader.read(text) else {
            guard text.byteCount > 0 else {
                throw .validation("The parameter cannot be converted to a numeric value")
            }
            // AWS repeats the text; ours is cut so that an answer never grows with the request.
            let shown = text.extracting(0..<min(text.byteCount, 128)).withUnsafeBytes {
                String(decoding: $0, as: UTF8.self)
            }
            throw .validation("The parameter cannot be converted to a numeric value: \(shown)")
        }
        return try reader.number()
    }
}

/// The digits of a number while its text is read.
private struct NumberReader {
    private var isNegative = false
    private var narrow: UInt64 = 0
    private var wide: UInt128 = 0
    /// Significant digits taken in, counted on past 38 (their value is then no longer kept).
    private var digits = 0
    /// Zeroes after the last other digit: part of the mantissa only when another digit follows.
    private var zeroes = 0
    private var fraction = 0
    private var power = 0

    /// Returns false when the text is no number.
    mutating func read(_ text: RawSpan) -> Bool {
        var position = 0
        let count = text.byteCount
        if count > 0, text[0] == UInt8(ascii: "-") || text[0] == UInt8(ascii: "+") {
            isNegative = text[0] == UInt8(ascii: "-")
            position = 1
        }
        var sawDigit = false
        var sawPoint = false
        scan: while position < count {
            let byte = text[position]
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                sawDigit = true
                if sawPoint { fraction += 1 }
                take(byte - UInt8(ascii: "0"))
            case UInt8(ascii: ".") where !sawPoint: sawPoint = true
            default: break scan
            }
            position += 1
        }
        guard sawDigit else { return false }
        guard position < count else { return true }
        return readPower(text, from: position)
    }

    private mutating func take(_ digit: UInt8) {
        guard digit != 0 else {
            if digits > 0 { zeroes += 1 }
            return
        }
        let total = digits + zeroes + 1
        if total <= 19 {
            for _ in 0...zeroes { narrow &*= 10 }
            narrow &+= UInt64(digit)
        } else if total <= Number.digitsCountMax {
            if digits <= 19 { wide = UInt128(narrow) }
            wide = wide * Decimals.powers[zeroes + 1] + UInt128(digit)
        }
        digits = total
        zeroes = 0
    }

    private mutating func readPower(_ text: RawSpan, from start: Int) -> Bool {
        guard text[start] | 0x20 == UInt8(ascii: "e") else { return false }
        var position = start + 1
        var isBelowOne = false
        if position < text.byteCount, text[position] == UInt8(ascii: "-") || text[position] == UInt8(ascii: "+") {
            isBelowOne = text[position] == UInt8(ascii: "-")
            position += 1
        }
        guard position < text.byteCount else { return false }
        while position < text.byteCount {
            let digit = text[position] &- UInt8(ascii: "0")
            guard digit <= 9 else { return false }
            // Far outside the range already: more digits change nothing but could overflow.
            if power < 1_000_000_000 { power = power * 10 + Int(digit) }
            position += 1
        }
        if isBelowOne { power = -power }
        return true
    }

    func number() throws(ItemError) -> Number {
        guard digits > 0 else { return .zero }
        let exponent = power - fraction + zeroes
        try Number.checkRange(digitsCount: digits, magnitude: digits - 1 + exponent)
        let mantissa = digits <= 19 ? UInt128(narrow) : wide
        return Number(unchecked: mantissa, exponent: exponent, isNegative: isNegative)
    }
}
