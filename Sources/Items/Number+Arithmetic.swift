extension Number: Comparable {
    public static func < (left: Number, right: Number) -> Bool {
        if left.isNegative != right.isNegative { return left.isNegative }
        return left.isNegative ? right.isSmallerInMagnitude(than: left) : left.isSmallerInMagnitude(than: right)
    }

    private func isSmallerInMagnitude(than other: Number) -> Bool {
        let (mine, others) = (mantissa, other.mantissa)
        if mine == 0 || others == 0 { return mine == 0 && others != 0 }
        let (myDigits, otherDigits) = (Decimals.count(mine), Decimals.count(others))
        let (myMagnitude, otherMagnitude) = (myDigits + Int(exponent), otherDigits + Int(other.exponent))
        if myMagnitude != otherMagnitude { return myMagnitude < otherMagnitude }
        // Same first power of ten: written with as many digits, at most 38, the mantissas compare as integers.
        if myDigits < otherDigits { return mine * Decimals.powers[otherDigits - myDigits] < others }
        return mine < others * Decimals.powers[myDigits - otherDigits]
    }
}

extension Number {
    /// The exact sum.
    /// - Throws: `.validation` when it needs more than 38 digits or leaves the range; nothing is ever rounded. AWS calls
    ///   both an overflow.
    public func adding(_ other: Number) throws(ItemError) -> Number {
        guard mantissa != 0 else { return other }
        guard other.mantissa != 0 else { return self }
        let (upper, lower) = exponent >= other.exponent ? (self, other) : (other, self)
        // If the scaled mantissa leaves 128 bits the sum cannot fit 38 digits either: the lower number is below 10^38
        // and ends in a digit other than zero, so at least 39 significant digits remain whatever the signs are.
        let shift = Int(upper.exponent) - Int(lower.exponent)
        guard shift < Decimals.powers.count else { throw Number.tooPrecise }
        let (scaled, overflow) = upper.mantissa.multipliedReportingOverflow(by: Decimals.powers[shift])
        guard !overflow else { throw Number.tooPrecise }
        if upper.isNegative == lower.isNegative {
            let (sum, overflow) = scaled.addingReportingOverflow(lower.mantissa)
            guard !overflow else { throw Number.tooPrecise }
            return try Number.result(sum, exponent: Int(lower.exponent), isNegative: lower.isNegative)
        }
        let isUpperLarger = scaled >= lower.mantissa
        return try Number.result(
            isUpperLarger ? scaled - lower.mantissa : lower.mantissa - scaled,
            exponent: Int(lower.exponent),
            isNegative: isUpperLarger ? upper.isNegative : lower.isNegative)
    }

    private static func result(
        _ mantissa: UInt128, exponent: Int, isNegative: Bool
    ) throws(ItemError) -> Number {
        var significant = mantissa
        while significant != 0, significant % 10 == 0 { significant /= 10 }
        guard Decimals.count(significant) <= digitsCountMax else { throw tooPrecise }
        return try Number(mantissa: mantissa, exponent: exponent, isNegative: isNegative)
    }

    /// The exact difference; throws as `adding` does.
    public func subtracting(_ other: Number) throws(ItemError) -> Number { try adding(other.negated) }

    /// The number with its sign turned.
    public var negated: Number {
        Number(unchecked: mantissa, exponent: Int(exponent), isNegative: mantissa != 0 && !isNegative)
    }

    private static var tooPrecise: ItemError {
        .validation("Number overflow. Attempting to store a number with magnitude larger than supported range")
    }

    /// What the number adds to an item's size, 1...22 bytes: one byte per two digits as they stand around the decimal
    /// point, one for the exponent, one more when negative. AWS publishes it as an approximation ("about one byte per
    /// two significant digits, plus one"); this is the storage form behind it.
    var sizeBytes: Int {
        guard mantissa != 0 else { return 1 }
        let digits = Decimals.count(mantissa)
        let isFirstDigitAlone = (digits - 1 + Int(exponent)) % 2 == 0
        return (digits + (isFirstDigitAlone ? 1 : 0) + 1) / 2 + 1 + (isNegative ? 1 : 0)
    }
}
