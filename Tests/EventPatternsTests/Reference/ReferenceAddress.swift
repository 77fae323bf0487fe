/// An internet address as its bits: 32 of them, or 128.
///
/// IPv4 is four decimal numbers with any leading zeros; IPv6 is eight groups, of which one run of zeros may be `::`. What
/// lies in `::ffff:0:0/96` is the IPv4 address in its last 32 bits.
struct ReferenceAddress {
    var bits: [Bool]

    init?(_ text: [UInt8]) {
        // The same bounds as in the module under test.
        guard 2...128 ~= text.count, let text = String(validating: text, as: UTF8.self),
            let bits = Self.ipv4(text) ?? Self.ipv6(text)
        else { return nil }
        self.bits = bits
    }

    private static func bits(_ number: Int, _ count: Int) -> [Bool] {
        (0..<count).map { number >> (count - 1 - $0) & 1 == 1 }
    }

    private static func ipv4(_ text: String) -> [Bool]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var result: [Bool] = []
        for part in parts {
            guard !part.isEmpty, part.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = UInt8(part) else {
                return nil
            }
            result += bits(Int(number), 8)
        }
        return result
    }

    private static func ipv6(_ text: String) -> [Bool]? {
        guard let gap = text.firstRange(of: "::") else {
            guard let groups = groups(text[...]), groups.count == 8 else { return nil }
            return whole(groups)
        }
        guard let before = groups(text[..<gap.lowerBound]), let after = groups(text[gap.upperBound...]),
            before.count + after.count < 8
        else { return nil }
        return whole(before + Array(repeating: 0, count: 8 - before.count - after.count) + after)
    }

    private static func groups(_ text: Substring) -> [Int]? {
        if text.isEmpty { return [] }
        var result: [Int] = []
        for group in text.split(separator: ":", omittingEmptySubsequences: false) {
            guard group.allSatisfy({ $0.isASCII && $0.isHexDigit }), let number = UInt16(group, radix: 16) else {
                return nil
            }
            result.append(Int(number))
        }
        return result
    }

    private static func whole(_ groups: [Int]) -> [Bool] {
        let all = groups.flatMap { bits($0, 16) }
        return groups[..<6] == [0, 0, 0, 0, 0, 0xFFFF] ? Array(all[96...]) : all
    }
}

/// The addresses from one to another, both included.
struct ReferenceAddressRange {
    private let first: [Bool]
    private let last: [Bool]

    init(_ address: ReferenceAddress) {
        first = address.bits
        last = address.bits
    }

    /// `ADDRESS/BITS`; not all bits of the address may be fixed.
    init?(block text: [UInt8]) {
        guard let slash = text.firstIndex(of: UInt8(ascii: "/")), let address = ReferenceAddress(Array(text[..<slash])),
            let count = Int(String(decoding: text[(slash + 1)...], as: UTF8.self)),
            0..<address.bits.count ~= count
        else { return nil }
        let fixed = Array(address.bits[..<count])
        let free = address.bits.count - count
        first = fixed + Array(repeating: false, count: free)
        last = fixed + Array(repeating: true, count: free)
    }

    /// AWS's engine has no eye for the family where the two differ: it compares the leading 32 bits. An IPv6 address may
    /// equal an IPv4 range's ends there, an IPv4 address must lie truly between those of an IPv6 range.
    func contains(_ address: ReferenceAddress) -> Bool {
        func isBefore(_ a: [Bool], _ b: [Bool]) -> Bool {
            zip(a, b).first { $0 != $1 }.map { !$0.0 } ?? false
        }
        if first.count > address.bits.count { return isBefore(first, address.bits) && isBefore(address.bits, last) }
        return !isBefore(address.bits, first) && !isBefore(last, address.bits)
    }
}
