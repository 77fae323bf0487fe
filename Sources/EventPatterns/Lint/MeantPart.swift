/// What was probably meant by a plain string with `*` in it, or by one that is a regular expression. Event patterns compare
/// plain strings character by character, so both stand for themselves only.
///
/// Only what is hardly anything else is taken for one: a star at an end, with some letters (`pen*`, not the grade `A*` or
/// the hidden `****1234`), and anchors or dots as regular expressions have them.
struct MeantPart: Equatable {
    enum Part: Equatable {
        case anything
        case whole(Text)
        case beginning(Text)
        case ending(Text)
        case other
    }

    var part: Part
    var isExpression = false

    /// Fewest letters beside a star; fewer are a mark more often than a pattern.
    private static let lettersMin = 3
    private static let anyRun: Text = ".*"

    init?(_ text: Text) {
        if let part = Self.expression(text) {
            self.part = part
            isExpression = true
        } else if let part = Self.starred(text) {
            self.part = part
        } else {
            return nil
        }
    }

    private static func starred(_ text: Text) -> Part? {
        let star = UInt8(ascii: "*")
        if text.bytes == [star] { return .anything }
        let letters = text.bytes.filter { $0 != star }
        let stars = text.bytes.count - letters.count
        guard letters.count >= lettersMin else { return nil }
        switch (text.bytes.first == star, text.bytes.last == star, stars) {
        case (true, false, 1): return .ending(Text(letters))
        case (false, true, 1): return .beginning(Text(letters))
        case (true, true, 2): return .other
        default: return nil
        }
    }

    private static func expression(_ text: Text) -> Part? {
        let isOpen = !text.hasPrefix("^")
        let isClosed = text.hasSuffix("$")
        var rest = text.bytes[...]
        if !isOpen { rest = rest.dropFirst() }
        if isClosed { rest = rest.dropLast() }
        let startsFree = Text(rest).hasPrefix(anyRun)
        if startsFree { rest = rest.dropFirst(anyRun.bytes.count) }
        let endsFree = Text(rest).hasSuffix(anyRun)
        if endsFree { rest = rest.dropLast(anyRun.bytes.count) }
        // A share of an index begins with ^ and a price may end with $, so one anchor alone says nothing.
        guard startsFree || endsFree && (!isOpen || isClosed) || !isOpen && isClosed else { return nil }
        guard let letters = literal(rest) else { return .other }
        if letters.bytes.isEmpty, startsFree || endsFree { return .anything }
        if startsFree { return endsFree ? .other : .ending(letters) }
        if isOpen { return .other }
        return isClosed && !endsFree ? .whole(letters) : .beginning(letters)
    }

    /// The text of an expression that has nothing but characters, where a dot is a dot with or without its backslash.
    private static func literal(_ bytes: ArraySlice<UInt8>) -> Text? {
        var letters: [UInt8] = []
        var rest = bytes
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\\"):
                guard rest.first == UInt8(ascii: ".") else { return nil }
            case _ where "*+?()[]{}|^$".utf8.contains(byte): return nil
            default: letters.append(byte)
            }
        }
        return Text(letters)
    }
}
