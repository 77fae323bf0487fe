import Crypto
import Foundation

/// By what Lambda shows a function's code.
enum CodeHash {
    /// The SHA-256 of a zip in Base64: the `CodeSha256` of `aws lambda get-function-configuration`, so that one can see which
    /// zip a function runs.
    static func text(ofFile path: String) throws -> String {
        let digest = SHA256.hash(data: try Data(contentsOf: URL(fileURLWithPath: path)))
        return "sha256 \(Data(digest).base64EncodedString())"
    }
}
