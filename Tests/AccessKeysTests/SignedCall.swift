import AWSSignature
import AccessKeys
import Clocks
import Foundation

/// A request as a client signs it.
struct SignedCall {
    var id = "SLUIEXAMPLE"
    var secret = Self.secret
    var token: String?
    var service = "dynamodb"
    var region = "us-east-1"
    var time = Self.time
    var body = "{}"

    static let secret = "a-secret-of-enough-letters"
    static let time = Timestamp(seconds: 1_700_000_000)

    static let key = AccessKey(id: "SLUIEXAMPLE", secret: secret, name: "tester")

    var request: SignedRequest {
        let time = SigningTime(seconds: time.seconds)
        var headers: [(name: String, value: String)] = [
            ("Host", "127.0.0.1:4566"), ("X-Amz-Date", time.text), ("X-Amz-Target", "DynamoDB_20120810.ListTables"),
        ]
        if let token { headers.append(("X-Amz-Security-Token", token)) }
        let canonical = CanonicalRequest(
            method: "POST", path: "/", headers: headers, payloadHash: CanonicalRequest.hash(of: Array(body.utf8)))
        let key = SigningKey(
            secretAccessKey: secret, scope: SigningScope(day: time.day, region: region, service: service))
        headers.append(("Authorization", key.authorization(of: canonical, at: time, accessKeyID: id)))
        return SignedRequest(method: "POST", path: "/", query: "", headers: headers, body: Array(body.utf8))
    }
}

/// A folder that goes away with the test.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("keys-\(UUID())").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String = "keys.json", _ content: String? = nil, mode: Int = 0o600) throws -> String {
        let file = "\(path)/\(name)"
        if let content {
            try content.write(toFile: file, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
        }
        return file
    }
}
