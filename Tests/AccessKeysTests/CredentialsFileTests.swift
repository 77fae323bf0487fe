import AccessKeys
import Clocks
import Foundation
import Testing

struct CredentialsFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func message(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "nothing"
        } catch {
            return "\(error)"
        }
    }

    private func json(_ members: String) -> String {
        #"{"version":1,"keys":[{"accessKeyId":"AKIDEXAMPLE","secretAccessKey":"0123456789abcdef","name":"me"\#(members)}]}"#
    }

    private func complaint(_ json: String) -> String {
        message { _ = try CredentialsFile(json: Array(json.utf8), path: "K") }
    }

    private let keys = [
        AccessKey(
            id: "AKIDEXAMPLE", secret: "secret/with+signs=", sessionToken: "token", name: "shop@home",
            rights: .statements([.init(allow: ["dynamodb:PutItem"], on: ["arn:aws:dynamodb:*:*:table/Orders"])]),
            created: Timestamp(seconds: 1_700_000_000), revoked: Timestamp(seconds: 1_700_000_001)),
        AccessKey(id: "AKIDOTHER", secret: "0123456789abcdef", name: "all"),
        AccessKey(id: "AKIDNONE", secret: "0123456789abcdef", name: "none", rights: .statements([])),
    ]

    @Test func whatIsWrittenReadsBackAndIsForItsOwnerOnly() throws {
        let path = try folder.file()
        try CredentialsFile(keys: keys).write(path)
        #expect(try CredentialsFile.read(path).keys == keys)
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["keys.json"])
    }

    @Test(arguments: [0o640, 0o604, 0o620, 0o602, 0o610, 0o644]) func aFileForOthersTooIsRefused(mode: Int) throws {
        let path = try folder.file("k", json(""), mode: mode)
        #expect(
            message { _ = try CredentialsFile.read(path) }
                == "The credentials file \(path) may be read or changed by others than its owner; close it to them with `chmod 600 \(path)`."
        )
    }

    @Test func aFileThatIsNotThereOrIsNoneIsRefused() throws {
        let path = try folder.file()
        #expect(
            message { _ = try CredentialsFile.read(path) }
                == "There is no credentials file \(path); make one with `sluice keys create --credentials \(path)`.")
        #expect(
            message { _ = try CredentialsFile.read(folder.path) }
                == "The credentials file \(folder.path) is no file; name one.")
    }

    @Test func whatIsNotUnderstoodIsRefusedWithItsPlace() {
        #expect(complaint(json("")) == "nothing")
        #expect(
            complaint(json(#","right":[]"#))
                == "The credentials file K is not understood: keys[0].right is unknown; there are accessKeyId, created, name, revoked, rights, secretAccessKey, sessionToken."
        )
        #expect(
            complaint(json(#","rights":[{"allow":["a:B"],"on":["*"],"deny":["a:C"]}]"#))
                == "The credentials file K is not understood: keys[0].rights[0].deny is unknown; there are allow, on.")
        #expect(
            complaint(json(#","rights":[{"allow":["a:B"]}]"#)).hasSuffix("keys[0].rights[0].on is no list of texts."))
        #expect(complaint(json(#","rights":{"allow":"*"}"#)).contains("keys[0].rights is no list of objects"))
        #expect(complaint(json(#","revoked":"yesterday""#)).contains("keys[0].revoked is no moment"))
        #expect(complaint(json(#","sessionToken":"""#)).contains("keys[0].sessionToken is no text"))
        #expect(
            complaint(json("").replacing("0123456789abcdef", with: "short")).contains("secretAccessKey is too short"))
        #expect(complaint(json("").replacing("AKIDEXAMPLE", with: "A/B/C")).contains("accessKeyId is no access key id"))
        #expect(complaint(json("").replacing("\"me\"", with: "\"m e\"")).contains("name is no name"))
        #expect(
            complaint(#"{"version":2,"keys":[]}"#)
                == "The credentials file K has no \"version\": 1, the only form there is.")
        #expect(complaint("[]") == "The credentials file K is no JSON object; write it with `sluice keys create`.")
        let twice = json("").dropFirst(#"{"version":1,"keys":["#.count).dropLast(2)
        #expect(
            complaint(#"{"version":1,"keys":[\#(twice),\#(twice)]}"#)
                == "The credentials file K has the access key id AKIDEXAMPLE twice.")
    }

    @Test func noComplaintHasASecret() {
        for change in ["short", "0123456789abcdef\",\"x\":\""] {
            #expect(!complaint(json("").replacing("0123456789abcdef", with: change)).contains("0123456789abcdef"))
        }
        for key in keys {
            var dumped = ""
            dump(key, to: &dumped)
            for text in ["\(key)", String(reflecting: key), dumped] { #expect(!text.contains(key.secret), "\(text)") }
        }
    }

    @Test func keysAreMadeAndRevokedInPlace() throws {
        let path = try folder.file()
        var generator = SystemRandomNumberGenerator()
        let key = AccessKey.make(name: "ci", now: SignedCall.time, using: &generator)
        #expect(key.id.count == 20 && key.secret.count == 40 && key.sessionToken == nil)
        #expect(AccessKey.make(name: "ci", now: SignedCall.time, using: &generator).secret != key.secret)
        try CredentialsFile.change(path, isCreated: true) { $0.keys.append(key) }
        #expect(try CredentialsFile.read(path).keys == [key])
        let later = SignedCall.time + .seconds(5)
        #expect(
            try CredentialsFile.change(path) { file throws(CredentialsError) in try file.revoke(key.id, now: later) })
        #expect(
            try !CredentialsFile.change(path) { file throws(CredentialsError) in try file.revoke(key.id, now: later) })
        #expect(try CredentialsFile.read(path).keys.first?.revoked == later)
        #expect(
            message {
                try CredentialsFile.change(path) { file throws(CredentialsError) in _ = try file.revoke("X", now: later)
                }
            }
                == "There is no key X in the credentials file; `sluice keys list` shows those there are.")
        #expect(message { try CredentialsFile.change(folder.path + "/new") { $0.keys = [] } }.contains("There is no"))
    }

    @Test func aFileThatCannotBeWrittenStaysAsItWas() throws {
        let path = try folder.file("a", json(""))
        // A folder where the temporary file would be.
        let temporary = "\(path).\(getpid()).new"
        try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: true)
        #expect(
            message { try CredentialsFile.change(path) { $0.keys = [] } }.hasPrefix(
                "The credentials file \(path) cannot be written (File exists);"))
        #expect(try CredentialsFile.read(path).keys.map(\.id) == ["AKIDEXAMPLE"])
    }
}
