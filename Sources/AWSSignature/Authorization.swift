/// A parsed `Authorization` header of Signature Version 4.
public struct Authorization: Sendable, Hashable {
    static let algorithm = "AWS4-HMAC-SHA256"

    /// How far the request's time may be from the server's. AWS: five minutes for most services, 15 for some; the wider
    /// one, since machines that are tested on drift.
    public static let skewSecondsMax: Int64 = 900

    public let accessKeyID: String
    public let scope: SigningScope
    /// Lower case, in order.
    public let signedHeaders: [String]
    public let signature: String

    /// nil for what is no header of this kind or lacks a part.
    public init?(_ header: String) {
        guard header.hasPrefix(Self.algorithm + " ") else { return nil }
        var parts: [Substring: Substring] = [:]
        for part in header.dropFirst(Self.algorithm.count + 1).split(separator: ",") {
            let part = part.drop { $0 == " " }
            guard let equals = part.firstIndex(of: "=") else { return nil }
            parts[part[..<equals]] = part[part.index(after: equals)...]
        }
        guard let credential = parts["Credential"], let headers = parts["SignedHeaders"],
            let signature = parts["Signature"], !headers.isEmpty
        else { return nil }
        // An access key id may hold slashes; the scope's four parts may not.
        let fields = credential.split(separator: "/", omittingEmptySubsequences: false)
        guard fields.count >= 5, fields.last == SigningScope.end[...] else { return nil }
        accessKeyID = fields.dropLast(4).joined(separator: "/")
        let scope = fields.suffix(4).map(String.init)
        self.scope = SigningScope(day: scope[0], region: scope[1], service: scope[2])
        signedHeaders = headers.split(separator: ";").map(String.init)
        self.signature = String(signature)
    }
}

/// Why a signed request is refused.
public enum SignatureRefusal: Error, Sendable, Hashable {
    /// No `Authorization` header.
    case missing
    /// A header that cannot be read, no or an unreadable `X-Amz-Date`, a scope of another day, or an unsigned `host`.
    case incomplete
    /// Nobody has this access key id.
    case unknownAccessKey
    /// Signed too long ago, or in the future.
    case expired
    /// Another secret, or a request that was changed on its way.
    case mismatch
}

/// A request as it arrived, to be checked against its signature.
public struct SignedRequest: Sendable {
    public var method: String
    /// As it was sent.
    public var path: String
    /// As it was sent, without the question mark.
    public var query: String
    public var headers: [(name: String, value: String)]
    public var body: [UInt8]

    public init(method: String, path: String, query: String, headers: [(name: String, value: String)], body: [UInt8]) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
    }

    /// Checks the signature.
    ///
    /// - Parameters:
    ///   - now: seconds since 1970.
    ///   - secret: the secret of an access key id; nil when nobody has it.
    /// - Returns: who signed.
    public func verify(
        now: Int64, secret: (_ accessKeyID: String) -> String?
    ) throws(SignatureRefusal) -> Authorization {
        guard let header = value("authorization") else { throw .missing }
        guard let authorization = Authorization(header), let time = value("x-amz-date").flatMap({ SigningTime($0) }),
            authorization.scope.day == time.day, authorization.signedHeaders.contains("host")
        else { throw .incomplete }
        guard let secret = secret(authorization.accessKeyID) else { throw .unknownAccessKey }
        guard abs(now - time.seconds) <= Authorization.skewSecondsMax else { throw .expired }
        let signed = Set(authorization.signedHeaders)
        let canonical = CanonicalRequest(
            method: method, path: path, query: query,
            headers: headers.filter { signed.contains($0.name.lowercased()) },
            payloadHash: CanonicalRequest.hash(of: body))
        let key = SigningKey(secretAccessKey: secret, scope: authorization.scope)
        guard key.isValid(authorization.signature, of: canonical, at: time) else { throw .mismatch }
        return authorization
    }

    private func value(_ name: String) -> String? { headers.first { $0.name.lowercased() == name }?.value }
}
