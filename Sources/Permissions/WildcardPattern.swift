/// A text of a policy with `*` for any characters and `?` for one, and with policy variables already filled in.
///
/// Characters are Unicode's scalars: a mark that is joined to the last letter of a prefix makes it no other prefix.
struct WildcardPattern: Sendable, Hashable {
    private enum Part: Hashable { case character(Unicode.Scalar), one, any }

    private var parts: [Part] = []

    /// What a policy variable stands for.
    enum Variable { case value(String), absent, unknown }

    /// A pattern without variables, where `${` is nothing special.
    init(literally text: String, hasWildcards: Bool = true) {
        parts = Self.parts(of: text, hasWildcards: hasWildcards)
    }

    /// A pattern with policy variables: `${aws:username}`, with a default `${aws:username, 'none'}`, and `${*}`,
    /// `${?}`, `${$}` for the characters themselves. A value is taken literally, whatever is in it.
    /// - Parameter hasWildcards: false takes `*` and `?` for themselves.
    /// - Returns: nil when a variable has no value. `isUnknown` is set when that is because the context does not say.
    init?(_ text: String, hasWildcards: Bool = true, isUnknown: inout Bool, variable: (String) -> Variable) {
        func parts(_ text: Substring) -> [Part] { Self.parts(of: text, hasWildcards: hasWildcards) }
        var rest = text[...]
        while let open = rest.firstRange(of: "${"), let close = rest[open.upperBound...].firstIndex(of: "}") {
            self.parts += parts(rest[..<open.lowerBound])
            let inside = rest[open.upperBound..<close]
            rest = rest[rest.index(after: close)...]
            if ["*", "?", "$"].contains(inside) {
                self.parts += Self.parts(of: inside, hasWildcards: false)
                continue
            }
            let pieces = inside.split(separator: ",", maxSplits: 1)
            let name = pieces.first.map { $0.trimmingSpaces } ?? ""
            switch variable(name) {
            case .value(let value): self.parts += Self.parts(of: value, hasWildcards: false)
            case .absent where pieces.count == 2:
                let value = pieces[1].trimmingSpaces.filter { $0 != "'" }
                self.parts += Self.parts(of: value, hasWildcards: false)
            case .absent: return nil
            case .unknown:
                isUnknown = true
                return nil
            }
        }
        self.parts += parts(rest)
    }

    /// The same for texts in lower case.
    func lowercased() -> WildcardPattern {
        var copy = self
        copy.parts = parts.flatMap { part -> [Part] in
            guard case .character(let character) = part else { return [part] }
            return Self.parts(of: character.properties.lowercaseMapping, hasWildcards: false)
        }
        return copy
    }

    private static func parts(of text: some StringProtocol, hasWildcards: Bool) -> [Part] {
        text.unicodeScalars.map { scalar in
            switch scalar {
            case "*" where hasWildcards: .any
            case "?" where hasWildcards: .one
            default: .character(scalar)
            }
        }
    }

    /// Whether the pattern covers the whole text. Costs at most the product of both lengths.
    func matches(_ text: String) -> Bool {
        let text = Array(text.unicodeScalars)
        var part = 0
        var position = 0
        // Where to go on when what follows the last `*` does not fit: one character further.
        var retry: (part: Int, position: Int)?
        while position < text.count {
            if part < parts.count, parts[part] == .any {
                retry = (part + 1, position)
                part += 1
            } else if part < parts.count, parts[part] == .one || parts[part] == .character(text[position]) {
                part += 1
                position += 1
            } else if let back = retry {
                retry = (back.part, back.position + 1)
                part = back.part
                position = back.position + 1
            } else {
                return false
            }
        }
        return parts[part...].allSatisfy { $0 == .any }
    }
}

/// An ARN's six parts between colons; the last holds everything behind the fifth.
enum ARNText {
    static func parts(_ text: String) -> [String] {
        text.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false).map(String.init)
    }

    static func service(_ arn: String) -> String { parts(arn).dropFirst(2).first ?? "" }
}

extension StringProtocol {
    var trimmingSpaces: String {
        var text = Substring(self)
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
