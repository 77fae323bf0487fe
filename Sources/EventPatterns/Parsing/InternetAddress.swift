/// An IPv4 or IPv6 address as AWS's engine reads one.
///
/// IPv4 is four decimal numbers, leading zeros allowed; IPv6 is groups of hexadecimal digits with at most one `::`, and
/// no dotted tail or zone. An IPv6 address in `::ffff:0:0/96` is the IPv4 address in it, as Java's parser has it.
struct InternetAddress: Sendable, Hashable {
    var isIPv4: Bool
    var high: UInt64
    var low: UInt64

    init?(_ bytes: RawSpan, _ range: Range<Int>) {
        // The longest spelling that could be meant; longer text is not worth looking at.
        guard range.count >= 2, range.count <= 128 else { return nil }
        var dots = 0
        var colons = 0
        for at in range {
            let byte = bytes.byte(at)
            if byte == UInt8(ascii: ".") {
                dots += 1
            } else if byte == UInt8(ascii: ":") {
                colons += 1
            } else if JSONTokens.hexDigit(byte) == nil {
                return nil
            }
        }
        if dots == 3 && colons == 0 {
            self.init(ipv4: bytes, range)
        } else if dots == 0 && colons >= 2 {
            self.init(ipv6: bytes, range)
        } else {
            return nil
        }
    }

    private init?(ipv4 bytes: RawSpan, _ range: Range<Int>) {
        var address: UInt64 = 0
        var part: UInt64 = 0
        var digits = 0
        for at in range {
            let byte = bytes.byte(at)
            if byte == UInt8(ascii: ".") {
                guard digits > 0 else { return nil }
                address = address << 8 | part
                part = 0
                digits = 0
            } else {
                guard byte &- 0x30 < 10 else { return nil }
                part = part * 10 + UInt64(byte - 0x30)
                guard part <= 255 else { return nil }
                digits += 1
            }
        }
        guard digits > 0 else { return nil }
        self.init(isIPv4: true, high: 0, low: address << 8 | part)
    }

    private init?(ipv6 bytes: RawSpan, _ range: Range<Int>) {
        // The groups before the gap and those behind it, the last in the lowest bits.
        var leading: UInt128 = 0
        var trailing: UInt128 = 0
        var count = 0
        var gap: Int?
        var at = range.lowerBound
        let colon = UInt8(ascii: ":")
        func pair(_ at: Int) -> Bool {
            at + 1 < range.upperBound && bytes.byte(at) == colon && bytes.byte(at + 1) == colon
        }
        if pair(at) {
            gap = 0
            at += 2
        }
        while at < range.upperBound {
            var group: UInt64 = 0
            let start = at
            while at < range.upperBound, let digit = JSONTokens.hexDigit(bytes.byte(at)) {
                group = group << 4 | UInt64(digit)
                guard group <= 0xFFFF else { return nil }
                at += 1
            }
            guard at > start, count < 8 else { return nil }
            count += 1
            if gap == nil {
                leading = leading << 16 | UInt128(group)
            } else {
                trailing = trailing << 16 | UInt128(group)
            }
            if at == range.upperBound { break }
            if pair(at) {
                guard gap == nil else { return nil }
                gap = count
                at += 2
            } else {
                at += 1
                guard at < range.upperBound else { return nil }
            }
        }
        guard gap == nil ? count == 8 : count < 8 else { return nil }
        // Without a gap all groups lead, and nothing is shifted.
        let bits = leading << UInt128((8 - (gap ?? 8)) * 16) | trailing
        let high = UInt64(truncatingIfNeeded: bits >> 64)
        let low = UInt64(truncatingIfNeeded: bits)
        if high == 0 && low >> 32 == 0xFFFF {
            self.init(isIPv4: true, high: 0, low: low & 0xFFFF_FFFF)
        } else {
            self.init(isIPv4: false, high: high, low: low)
        }
    }

    private init(isIPv4: Bool, high: UInt64, low: UInt64) {
        self.isIPv4 = isIPv4
        self.high = high
        self.low = low
    }

    /// All bits as one number.
    var bits: UInt128 { UInt128(high) << 64 | UInt128(low) }

    /// The number of bits in an address of this family.
    var bitCount: Int { isIPv4 ? 32 : 128 }

    /// The first and the last address of the block that shares the leading `maskBits` with this one.
    func block(maskBits: Int) -> (first: InternetAddress, last: InternetAddress) {
        let free = bitCount - maskBits
        let lowMask: UInt64 = free >= 64 ? .max : (1 << UInt64(free)) - 1
        let highMask: UInt64 = free <= 64 ? 0 : free >= 128 ? .max : (1 << UInt64(free - 64)) - 1
        let width: UInt64 = isIPv4 ? 0xFFFF_FFFF : .max
        return (
            InternetAddress(isIPv4: isIPv4, high: high & ~highMask, low: low & ~lowMask & width),
            InternetAddress(isIPv4: isIPv4, high: high | highMask, low: (low | lowMask) & width)
        )
    }
}

/// The addresses from one to another, both included.
struct AddressRange: Sendable, Hashable {
    var first: InternetAddress
    var last: InternetAddress

    /// Whether an address lies in the range.
    func contains(_ address: InternetAddress) -> Bool {
        address.isIPv4 ? withinIPv4?.contains(address.low) ?? false : withinIPv6?.contains(address.bits) ?? false
    }

    // AWS's engine compares hexadecimal digits from the left and stops once it knows, without a look at the family: an
    // IPv6 address is in an IPv4 range when its first 32 bits are, so `0.0.0.0/0` takes every address; an IPv4 address
    // is in an IPv6 range when it lies truly between the first 32 bits of both ends. Source: event-ruler 2.0.1,
    // vector cidr-0365.

    /// The IPv4 addresses in the range.
    var withinIPv4: ClosedRange<UInt64>? {
        if first.isIPv4 { return first.low...last.low }
        let (low, high) = (first.high >> 32, last.high >> 32)
        return high > low + 1 ? low + 1...high - 1 : nil
    }

    /// The IPv6 addresses in the range.
    var withinIPv6: ClosedRange<UInt128>? {
        guard first.isIPv4 else { return first.bits...last.bits }
        return UInt128(first.low) << 96...(UInt128(last.low) << 96 | ((1 << 96) - 1))
    }
}
