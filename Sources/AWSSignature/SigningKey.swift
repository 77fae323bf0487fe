import Crypto

/// What a key is good for: one day, one region, one service.
public struct SigningScope: Sendable, Hashable, CustomStringConvertible {
    static let end = "aws4_request"

    /// `20150830`
    public var day: String
    public var region: String
    /// The service's signing name, such as `dynamodb` or `sqs`.
    public var service: String

    public init(day: String, region: String, service: String) {
        self.day = day
        self.region = region
        self.service = service
    }

    public var description: String { "\(day)/\(region)/\(service)/\(Self.end)" }
}

/// The key that signs requests of one scope. Four keyed hashes to make, one to use: keep it for the day.
public struct SigningKey: Sendable {
    public let scope: SigningScope
    private let key: SymmetricKey

    public init(secretAccessKey: String, scope: SigningScope) {
        self.scope = scope
        var key = SymmetricKey(data: Array("AWS4\(secretAccessKey)".utf8))
        for part in [scope.day, scope.region, scope.service, SigningScope.end] {
            key = SymmetricKey(data: HMAC<SHA256>.authenticationCode(for: Array(part.utf8), using: key))
        }
        self.key = key
    }

    /// 64 lower-case hexadecimal digits.
    public func signature(of request: CanonicalRequest, at time: SigningTime) -> String {
        Hexadecimal.text(HMAC<SHA256>.authenticationCode(for: stringToSign(request, time), using: key))
    }

    /// The value of the `Authorization` header.
    public func authorization(of request: CanonicalRequest, at time: SigningTime, accessKeyID: String) -> String {
        "\(SignatureClaim.algorithm) Credential=\(accessKeyID)/\(scope), SignedHeaders=\(request.signedHeaders), "
            + "Signature=\(signature(of: request, at: time))"
    }

    /// Whether a signature is the one that this key makes; takes the same time wherever the two differ.
    func isValid(_ signature: String, of request: CanonicalRequest, at time: SigningTime) -> Bool {
        guard let code = Hexadecimal.bytes(signature) else { return false }
        return HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: stringToSign(request, time), using: key)
    }

    private func stringToSign(_ request: CanonicalRequest, _ time: SigningTime) -> [UInt8] {
        let hash = CanonicalRequest.hash(of: Array(request.text.utf8))
        return Array("\(SignatureClaim.algorithm)\n\(time.text)\n\(scope)\n\(hash)".utf8)
    }
}
