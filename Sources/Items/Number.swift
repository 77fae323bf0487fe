/// A DynamoDB number: up to 38 significant decimal digits, exactly, between 1E-130 and 9.99...E+125, or zero.
///
/// There is one form per value: `Number("100.00")` equals `Number("1E2")` and both print "100", as DynamoDB stores and
/// returns them (AWS, "Naming rules and data types": leading and trailing zeroes are trimmed).
public struct Number: Hashable, Sendable {
    /// Most significant digits a number may hold. AWS: 38.
    public static let digitsCountMax = 38
    /// Largest power of ten of the first digit. AWS: 9.9999999999999999999999999999999999999E+125.
    public static let magnitudeMax = 125
    /// Smallest power of ten of the first digit. AWS: 1E-130.
    public static let magnitudeMin = -130

    // The value is (high << 64 | low) * 10^exponent. The mantissa has no trailing zero, and zero is 0 * 10^0, so equal
    // numbers are equal field by field. Two words and not one UInt128, whose alignment of 16 would cost each
    // AttributeValue another 8 bytes.
    private let high: UInt64
    private let low: UInt64
    let exponent: Int16
    let isNegative: Bool

    var mantissa: UInt128 { UInt128(high) << 64 | UInt128(low) }

    public static let zero = Number(unchecked: 0, exponent: 0, isNegative: false)

    /// The mantissa must be without trailing zeroes and the value in range.
    init(unchecked mantissa: UInt128, exponent: Int, isNegative: Bool) {
        high = UInt64(truncatingIfNeeded: mantissa >> 64)
        low = UInt64(truncatingIfNeeded: mantissa)
        self.exponent = Int16(exponent)
        self.isNegative = isNegative
    }

    /// Brings any mantissa and exponent into the one form.
    /// - Throws: `.validation` with DynamoDB's message when the value is too large, too small or too precise.
    init(mantissa: UInt128, exponent: Int, isNegative: Bool) throws(ItemError) {
        guard mantissa != 0 else {
            self = .zero
            return
        }
        var mantissa = mantissa
        var exponent = exponent
        while true {
            let (quotient, remainder) = mantissa.quotientAndRemainder(dividingBy: 10)
            guard remainder == 0 else { break }
            mantissa = quotient
            exponent += 1
        }
        let digits = Decimals.count(mantissa)
        try Number.checkRange(digitsCount: digits, magnitude: digits - 1 + exponent)
        self.init(unchecked: mantissa, exponent: exponent, isNegative: isNegative)
    }

    /// Reads decimal text: sign, digits, point and exponent are each optional but for one digit ("-1.50", ".5", "1E3").
    /// - Throws: `.validation` with DynamoDB's message.
    public init(_ text: some StringProtocol) throws(ItemError) {
        self = try Number.parse(Array(text.utf8).span.bytes)
    }

    public init(_ value: Int64) { self.init(value, fractionDigits: 0) }

    public init(_ value: Int) { self.init(Int64(value)) }

    /// A fixed-point value: `Number(13_912, fractionDigits: 2)` is 139.12. There may be 0 to 100 digits of a fraction.
    public init(_ value: Int64, fractionDigits: Int) {
        precondition((0...100).contains(fractionDigits), "fractionDigits must be 0...100")
        var mantissa = value.magnitude
        var exponent = -fractionDigits
        while mantissa != 0, mantissa % 10 == 0 {
            mantissa /= 10
            exponent += 1
        }
        self.init(unchecked: UInt128(mantissa), exponent: mantissa == 0 ? 0 : exponent, isNegative: value < 0)
    }

    /// The value when it is a whole number that fits, otherwise nil.
    public var int64: Int64? { int64(fractionDigits: 0) }

    /// The value in units of 10^-fractionDigits when that is exact and fits, otherwise nil: 139.12 with two digits is
    /// 13912, with one it is nil.
    public func int64(fractionDigits: Int) -> Int64? {
        let exponent = Int(exponent) + fractionDigits
        guard mantissa != 0 else { return 0 }
        guard exponent >= 0, exponent < 19 else { return nil }
        let (product, overflow) = mantissa.multipliedReportingOverflow(by: Decimals.powers[exponent])
        guard !overflow, let magnitude = UInt64(exactly: product) else { return nil }
        if isNegative { return magnitude == Int64.min.magnitude ? .min : Int64(exactly: magnitude).map { -$0 } }
        return Int64(exactly: magnitude)
    }

    /// How many significant digits the value has; zero has one.
    var digitsCount: Int { Decimals.count(mantissa) }

    /// The power of ten of the first digit: 2 for 139.12, -3 for 0.005. Zero has 0.
    var magnitude: Int { digitsCount - 1 + Int(exponent) }

    static func checkRange(digitsCount: Int, magnitude: Int) throws(ItemError) {
        if magnitude > magnitudeMax {
            throw .validation(
                "Number overflow. Attempting to store a number with magnitude larger than supported range")
        }
        if magnitude < magnitudeMin {
            throw .validation(
                "Number underflow. Attempting to store a number with magnitude smaller than supported range")
        }
        if digitsCount > digitsCountMax {
            throw .validation("Attempting to store more than 38 significant digits in a Number")
        }
    }
}

extension Number: ExpressibleByIntegerLiteral {
    public init(integerLiteral value: Int64) { self.init(value) }
}

/// Powers and lengths of decimal mantissas.
enum Decimals {
    /// 10^0 ... 10^38; 10^38 is the largest power of ten that fits 128 bits.
    static let powers: [UInt128] = {
        var powers: [UInt128] = [1]
        for _ in 0..<38 { powers.append(powers[powers.count - 1] * 10) }
        return powers
    }()

    /// 10^19, the largest power of ten that fits 64 bits: it cuts a mantissa into two machine words.
    static let wordDivisor: UInt64 = 10_000_000_000_000_000_000

    /// How many decimal digits a value has, 1 for zero.
    static func count(_ value: UInt128) -> Int {
        guard value > UInt128(UInt64.max) else { return count(UInt64(truncatingIfNeeded: value)) }
        // What is above would not fit one word: sums of numbers reach 3.4 * 10^38.
        guard value < powers[38] else { return 39 }
        return 19 + count(UInt64(truncatingIfNeeded: value / UInt128(wordDivisor)))
    }

    static func count(_ value: UInt64) -> Int {
        var count = 1
        var bound: UInt64 = 10
        while value >= bound {
            count += 1
            if count == 20 { break }
            bound &*= 10
        }
        return count
    }
}
