extension OperatorParser {
    /// `cidr`: an address, a slash, and the number of leading bits that must agree (at most 31, or 127 for IPv6).
    func cidr(_ text: [UInt8], _ offset: Int, _ place: Place) throws(PatternError) -> AddressRange {
        guard let slash = text.firstIndex(of: UInt8(ascii: "/")),
            let address = InternetAddress(text.span.bytes, 0..<slash)
        else {
            throw place.error(
                .invalidOperand, "The operand of cidr is no block of addresses", offset,
                "write an IPv4 or IPv6 address, a slash and a number of bits, as in \"10.0.0.0/24\"")
        }
        let digits = String(decoding: text[(slash + 1)...], as: UTF8.self)
        guard let maskBits = Int(digits), 0..<address.bitCount ~= maskBits else {
            throw place.error(
                .invalidOperand, "The number of bits of cidr is not from 0 to \(address.bitCount - 1)", offset,
                "for one single address write the address as a plain string")
        }
        let block = address.block(maskBits: maskBits)
        return AddressRange(first: block.first, last: block.last)
    }
}
