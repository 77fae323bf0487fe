/// Strings that fit no e-mail address, at an attribute that holds one.
extension AlternativeLint {
    /// Domains that are hardly the beginning of an address.
    private static let topDomains = ["com", "org", "net", "edu", "gov", "io", "example", "test", "invalid"].map {
        Text(".\($0)")
    }

    /// An operand that fits no address, at an attribute which by its name holds one.
    var addressFinding: PatternFinding? {
        guard isAddressAttribute else { return nil }
        switch alternative.test {
        case .prefix(let text, _) where Self.isDomain(text):
            return addressFinding(text, "{\"suffix\": \(Self.ending(text).quoted)}")
        case .string(let text) where Self.isDomain(text):
            return addressFinding(text, "{\"suffix\": \(Self.ending(text).quoted)}")
        case .anythingBut(let texts):
            guard let text = texts.first(where: Self.isDomain) else { return nil }
            return addressFinding(text, "an attribute that holds the domain alone, derived by the writer")
        case .anythingButMatching(let tests):
            for case .prefix(let text, _) in tests where Self.isDomain(text) {
                return addressFinding(text, "{\"anything-but\": {\"suffix\": \(Self.ending(text).quoted)}}")
            }
            return nil
        default:
            return nil
        }
    }

    private func addressFinding(_ text: Text, _ repair: String) -> PatternFinding {
        finding(
            .notAnAddress, .suspicious, "An address ends with its domain, so \(text.quoted) fits hardly any",
            "use \(repair)")
    }

    private var isAddressAttribute: Bool {
        guard rule.parts.count > 3, rule.parts[0] == "dynamodb", rule.parts[rule.parts.count - 1] == "S",
            let name = rule.parts[rule.parts.count - 2].foldedASCII
        else { return false }
        let letters = Text(name.bytes.filter { (0x61...0x7A).contains($0) })
        return letters == "mail" || letters.hasSuffix("email") || letters.hasSuffix("mailaddress")
    }

    private static func isDomain(_ text: Text) -> Bool {
        let at = UInt8(ascii: "@")
        if text.bytes.first == at { return true }
        guard !text.bytes.contains(at), let folded = text.foldedASCII else { return false }
        return topDomains.contains { folded.hasSuffix($0) }
    }

    private static func ending(_ domain: Text) -> Text { domain.hasPrefix("@") ? domain : Text("@\(domain)") }
}
