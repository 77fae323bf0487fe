/// How the Lambda API names a function: by its name, or by an ARN in part or as a whole, with a version behind it or not.
struct FunctionName: Hashable {
    let name: String
    /// `$LATEST`, a version or an alias; nil when none is named.
    let qualifier: String?

    /// Longest form of a name. AWS's model: 256 characters.
    private static let lengthMax = 256

    /// - Returns: nil for what names no function.
    init?(_ text: String) {
        guard (1...Self.lengthMax).contains(text.utf8.count) else { return nil }
        var parts = text.split(separator: ":", omittingEmptySubsequences: false)
        if parts.count >= 6, parts[0] == "arn", parts[2] == "lambda" { parts.removeFirst(3) }
        // A region, an account and the word "function" may stand before the name.
        if let place = parts.lastIndex(of: "function"), place < parts.count - 1 { parts.removeFirst(place + 1) }
        guard (1...2).contains(parts.count), Self.isName(parts[0]) else { return nil }
        name = String(parts[0])
        qualifier = parts.count == 2 ? String(parts[1]) : nil
    }

    private static func isName(_ text: Substring) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
                    || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || byte == UInt8(ascii: "-")
                    || byte == UInt8(ascii: "_")
            }
    }
}
