public import Clocks

/// A key that requests may be signed with. Never printed: the secret must not reach a log.
public struct AccessKey: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    /// Public name of the secret, 4 to 128 letters, digits and underscores.
    public var id: String
    /// At least ``secretLengthMin`` characters.
    public var secret: String
    /// What must come along with a request, as with AWS's temporary keys; nil for a key that needs none.
    public var sessionToken: String?
    /// Who has it, for people: up to 64 letters, digits and `+=,.@_-`, as AWS's names of users.
    public var name: String
    public var rights: AccessRights
    /// Nil where the file does not say.
    public var created: Timestamp?
    /// Nil as long as it is good.
    public var revoked: Timestamp?

    /// Shortest secret that is taken. AWS's have 40 characters; what is shorter than this could be guessed from one signature.
    public static let secretLengthMin = 16
    static let idLengthRange = 4...128
    static let nameLengthRange = 1...64

    public init(
        id: String, secret: String, sessionToken: String? = nil, name: String, rights: AccessRights = .everything,
        created: Timestamp? = nil, revoked: Timestamp? = nil
    ) {
        self.id = id
        self.secret = secret
        self.sessionToken = sessionToken
        self.name = name
        self.rights = rights
        self.created = created
        self.revoked = revoked
    }

    /// A new key with a secret of 240 random bits.
    ///
    /// - Parameters:
    ///   - hasSessionToken: whether a token must come along with its requests.
    ///   - generator: nobody else may be able to foresee what it gives.
    public static func make(
        name: String, rights: AccessRights = .everything, hasSessionToken: Bool = false, now: Timestamp,
        using generator: inout some RandomNumberGenerator
    ) -> AccessKey {
        func text(_ count: Int, _ characters: String) -> String {
            let characters = Array(characters)
            return String((0..<count).map { _ in characters.randomElement(using: &generator)! })
        }
        let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        // Base 32 and base 64, as AWS's own; another prefix, as it is none of theirs.
        return AccessKey(
            id: "SLUI" + text(16, letters + "234567"),
            secret: text(40, letters + letters.lowercased() + "0123456789+/"),
            sessionToken: hasSessionToken ? text(40, letters + letters.lowercased() + "0123456789+/") : nil,
            name: name, rights: rights, created: now)
    }

    public var description: String { "key \(id) of \(name)" }
    public var customMirror: Mirror { Mirror(self, children: ["id": id, "name": name]) }

    /// Whether a text can be a key's id.
    public static func isID(_ text: String) -> Bool {
        idLengthRange.contains(text.utf8.count)
            && text.utf8.allSatisfy { isLetterOrDigit($0) || $0 == UInt8(ascii: "_") }
    }

    /// Whether a text can be a key's name.
    public static func isName(_ text: String) -> Bool {
        nameLengthRange.contains(text.utf8.count)
            && text.utf8.allSatisfy { isLetterOrDigit($0) || "+=,.@_-".utf8.contains($0) }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
