import AWSSignature
public import Clocks
import Foundation

/// The keys that may come in, as a file keeps them. Documentation/access.md has its form.
public struct CredentialsFile: Sendable, Hashable {
    /// In the file's order; ids are unique.
    public var keys: [AccessKey]

    /// Most keys in a file.
    public static let keysMax = 1_000
    /// Largest file, bytes: so many keys with a page of rights each.
    static let sizeBytesMax = 4 << 20

    public init(keys: [AccessKey] = []) { self.keys = keys }

    // MARK: JSON

    /// - Parameters:
    ///   - json: the file's content.
    ///   - path: for messages.
    /// - Throws: ``CredentialsError``. Members that nobody knows are refused: a misspelt `rights` would give every right.
    public init(json: [UInt8], path: String) throws(CredentialsError) {
        func wrong(_ what: String) -> CredentialsError { CredentialsError("The credentials file \(path) \(what)") }
        guard let root = (try? JSONSerialization.jsonObject(with: Data(json))) as? [String: Any] else {
            throw wrong("is no JSON object; write it with `sluice keys create`.")
        }
        let reader = MemberReader(members: root, place: "", path: path)
        try reader.check(known: ["version", "keys"])
        guard (root["version"] as? NSNumber)?.intValue == 1 else {
            throw wrong("has no \"version\": 1, the only form there is.")
        }
        guard let list = root["keys"] as? [Any] else { throw wrong("has no list of keys; give one in \"keys\".") }
        guard list.count <= Self.keysMax else {
            throw wrong("has \(list.count) keys; give \(Self.keysMax) at most.")
        }
        var found: [AccessKey] = []
        var ids: Set<String> = []
        for (index, element) in list.enumerated() {
            guard let members = element as? [String: Any] else { throw wrong("has no object as keys[\(index)].") }
            let key = try Self.key(MemberReader(members: members, place: "keys[\(index)]", path: path))
            guard ids.insert(key.id).inserted else { throw wrong("has the access key id \(key.id) twice.") }
            found.append(key)
        }
        keys = found
    }

    private static func key(_ reader: MemberReader) throws(CredentialsError) -> AccessKey {
        try reader.check(known: [
            "accessKeyId", "secretAccessKey", "sessionToken", "name", "rights", "created", "revoked",
        ])
        let id = try reader.text("accessKeyId")
        guard AccessKey.isID(id) else {
            throw reader.wrong("accessKeyId", "is no access key id; give 4 to 128 letters, digits and underscores.")
        }
        let secret = try reader.text("secretAccessKey")
        guard secret.utf8.count >= AccessKey.secretLengthMin else {
            throw reader.wrong(
                "secretAccessKey", "is too short; give at least \(AccessKey.secretLengthMin) characters.")
        }
        let name = try reader.text("name")
        guard AccessKey.isName(name) else {
            throw reader.wrong("name", "is no name; give 1 to 64 letters, digits and +=,.@_-")
        }
        return AccessKey(
            id: id, secret: secret, sessionToken: try reader.optionalText("sessionToken"), name: name,
            rights: try rights(reader), created: try reader.moment("created"), revoked: try reader.moment("revoked"))
    }

    private static func rights(_ reader: MemberReader) throws(CredentialsError) -> AccessRights {
        guard let value = reader.members["rights"] else { return .everything }
        guard let list = value as? [[String: Any]] else {
            throw reader.wrong("rights", "is no list of objects; leave it out to allow everything.")
        }
        var statements: [AccessRights.Statement] = []
        for (index, members) in list.enumerated() {
            let statement = MemberReader(
                members: members, place: "\(reader.place).rights[\(index)]", path: reader.path)
            try statement.check(known: ["allow", "on"])
            statements.append(.init(allow: try statement.texts("allow"), on: try statement.texts("on")))
        }
        return .statements(statements)
    }

    /// The file's content.
    public var json: [UInt8] {
        let list = keys.map { key -> [String: Any] in
            var members: [String: Any] = [
                "accessKeyId": key.id, "secretAccessKey": key.secret, "name": key.name,
            ]
            members["sessionToken"] = key.sessionToken
            switch key.rights {
            case .everything: break
            case .statements(let statements):
                members["rights"] = statements.map { ["allow": $0.allow, "on": $0.on] }
            // No file knows roles: such a key may do nothing with it.
            case .role: members["rights"] = [[String: [String]]]()
            }
            members["created"] = key.created.map(MomentText.text)
            members["revoked"] = key.revoked.map(MomentText.text)
            return members
        }
        let root: [String: Any] = ["version": 1, "keys": list]
        // Texts, lists and a number: there is nothing that could not be written.
        let json = try! JSONSerialization.data(
            withJSONObject: root, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
        return Array(json) + [UInt8(ascii: "\n")]
    }

    // MARK: Changing

    /// Takes a key's rights to come in away, for good. It stays in the file, so that it can be seen that there was one.
    ///
    /// - Returns: false when it was revoked before.
    /// - Throws: ``CredentialsError`` when there is no such key.
    public mutating func revoke(_ id: String, now: Timestamp) throws(CredentialsError) -> Bool {
        guard let index = keys.firstIndex(where: { $0.id == id }) else {
            throw CredentialsError(
                "There is no key \(id) in the credentials file; `sluice keys list` shows those there are.")
        }
        guard keys[index].revoked == nil else { return false }
        keys[index].revoked = now
        return true
    }
}

/// What is wrong with a credentials file.
public struct CredentialsError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One sentence: the thing, the place, the remedy.
    public let description: String
    init(_ description: String) { self.description = description }
}

/// Members of a JSON object, with their place in the file.
private struct MemberReader {
    let members: [String: Any]
    /// `keys[3]`; empty for the whole.
    let place: String
    let path: String

    func wrong(_ name: String, _ what: String) -> CredentialsError {
        CredentialsError(
            "The credentials file \(path) is not understood: \(place.isEmpty ? "" : place + ".")\(name) \(what)")
    }

    func check(known: Set<String>) throws(CredentialsError) {
        guard let unknown = members.keys.filter({ !known.contains($0) }).min() else { return }
        throw wrong(unknown, "is unknown; there are \(known.sorted().joined(separator: ", ")).")
    }

    func text(_ name: String) throws(CredentialsError) -> String {
        guard let text = try optionalText(name) else { throw wrong(name, "is missing.") }
        return text
    }

    func optionalText(_ name: String) throws(CredentialsError) -> String? {
        guard let value = members[name] else { return nil }
        guard let text = value as? String, !text.isEmpty else { throw wrong(name, "is no text.") }
        return text
    }

    func texts(_ name: String) throws(CredentialsError) -> [String] {
        guard let texts = members[name] as? [String], !texts.isEmpty, texts.allSatisfy({ !$0.isEmpty }) else {
            throw wrong(name, "is no list of texts.")
        }
        return texts
    }

    func moment(_ name: String) throws(CredentialsError) -> Timestamp? {
        guard let text = try optionalText(name) else { return nil }
        guard let moment = MomentText.moment(text) else {
            throw wrong(name, "is no moment; give one such as 2026-11-27T12:00:00Z.")
        }
        return moment
    }
}

/// Moments as `2026-11-27T12:00:00Z`.
public enum MomentText {
    public static func text(_ moment: Timestamp) -> String {
        let text = Array(SigningTime(seconds: moment.seconds).text)
        let parts = [text[0..<4], text[4..<6], text[6..<8]].map { String($0) }
        let clock = [text[9..<11], text[11..<13], text[13..<15]].map { String($0) }
        return "\(parts.joined(separator: "-"))T\(clock.joined(separator: ":"))Z"
    }

    static func moment(_ text: String) -> Timestamp? {
        guard let time = SigningTime(text.filter { $0 != "-" && $0 != ":" }) else { return nil }
        let moment = Timestamp(seconds: time.seconds)
        return self.text(moment) == text ? moment : nil
    }
}
