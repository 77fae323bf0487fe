/// A request as it arrived, to be checked against its signature.
public struct SignedRequest: Sendable {
    /// How far the time of a request may be from the server's, seconds. AWS: five minutes for most services; 15 for SQS and
    /// CloudWatch, as their error texts say.
    public static let skewSecondsMax: Int64 = 300
    public static let longSkewSecondsMax: Int64 = 900

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

    /// What the request says of its signature. An `Authorization` header counts before a query.
    ///
    /// - Throws: `missing`, `incomplete`, or `invalid` for a scope that ends otherwise than AWS's.
    public func claim() throws(SignatureRefusal) -> SignatureClaim {
        if let header = value("authorization") { return try SignatureClaim(header: header, of: self) }
        guard SignatureClaim.isIn(query) else { throw .missing }
        return try SignatureClaim(query: query)
    }

    /// Checks all of a signature that can be checked without the secret.
    ///
    /// - Parameters:
    ///   - claim: what the request says of its signature.
    ///   - service: the signing name of the service that the request is for, such as `dynamodb`.
    ///   - region: the one that requests must be signed for; nil takes any.
    ///   - now: seconds since 1970.
    ///   - skewSecondsMax: how far the request's time may be from `now`.
    /// - Throws: `invalid`.
    public func check(
        _ claim: SignatureClaim, service: String, region: String?, now: Int64,
        skewSecondsMax: Int64 = Self.skewSecondsMax
    ) throws(SignatureRefusal) {
        guard claim.scope.day == claim.time.day else {
            throw .invalid(
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
                    + "'\(SignatureClaim.excerpt(claim.scope.day))' != '\(claim.time.day)', from '\(claim.time.text)'.")
        }
        // The blank at the end is AWS's.
        if let region, claim.scope.region != region {
            throw .invalid(
                "Credential should be scoped to a valid region, not '\(SignatureClaim.excerpt(claim.scope.region))'. ")
        }
        guard claim.scope.service == service else {
            throw .invalid("Credential should be scoped to correct service: '\(service)'. ")
        }
        try checkSignedHeaders(claim)
        try checkTime(claim, now: now, skewSecondsMax: skewSecondsMax)
        try checkPayload()
    }

    /// Whether the signature is the one that the key makes. Takes the same time wherever the two differ.
    public func isSigned(_ claim: SignatureClaim, by key: SigningKey) -> Bool {
        var query = query
        if claim.isPresigned {
            query = query.split(separator: "&").filter { !$0.hasPrefix(SignatureClaim.signatureParameter + "=") }
                .joined(separator: "&")
        }
        let canonical = CanonicalRequest(
            method: method, path: path, query: query,
            headers: headers.filter { header in claim.signedHeaders.contains { Self.isNamed(header.name, $0) } },
            payloadHash: CanonicalRequest.hash(of: body))
        return key.isValid(claim.signature, of: canonical, at: claim.time)
    }

    /// All of it for one service, whichever the signature names.
    ///
    /// - Parameters:
    ///   - now: seconds since 1970.
    ///   - skewSecondsMax: how far the request's time may be from `now`.
    ///   - secret: the secret of an access key id; nil when nobody has it.
    /// - Returns: who signed, and what.
    public func verify(
        now: Int64, skewSecondsMax: Int64 = Self.skewSecondsMax, secret: (_ accessKeyID: String) -> String?
    ) throws(SignatureRefusal) -> SignatureClaim {
        let claim = try claim()
        try check(claim, service: claim.scope.service, region: nil, now: now, skewSecondsMax: skewSecondsMax)
        guard let secret = secret(claim.accessKeyID) else { throw .unknownAccessKey }
        guard isSigned(claim, by: SigningKey(secretAccessKey: secret, scope: claim.scope)) else { throw .mismatch }
        return claim
    }

    // MARK: Parts

    /// What a header of AWS's says changes what a request does: all of them must be signed but the one that only tells the
    /// client's name.
    private func checkSignedHeaders(_ claim: SignatureClaim) throws(SignatureRefusal) {
        guard claim.signedHeaders.contains("host") else {
            throw .invalid("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")
        }
        for (name, _) in headers where Self.isNamed(name.utf8.prefix(6), "x-amz-".utf8) {
            guard
                claim.signedHeaders.contains(where: { Self.isNamed(name, $0) })
                    || Self.isNamed(name, "x-amz-user-agent")
            else {
                throw .invalid(
                    "'\(SignatureClaim.excerpt(name.lowercased()))' must be a 'SignedHeader' in the AWS Authorization.")
            }
        }
    }

    private func checkTime(_ claim: SignatureClaim, now: Int64, skewSecondsMax: Int64) throws(SignatureRefusal) {
        func text(_ seconds: Int64) -> String { SigningTime(seconds: seconds).text }
        func span(_ seconds: Int64) -> String {
            seconds.isMultiple(of: 60) ? "\(seconds / 60) min." : "\(seconds) sec."
        }
        let ageMax = claim.lifetimeSeconds ?? skewSecondsMax
        let time = claim.time.seconds
        guard time >= now - ageMax else {
            throw .invalid(
                "Signature expired: \(claim.time.text) is now earlier than \(text(now - ageMax)) "
                    + "(\(text(now)) - \(span(ageMax)))")
        }
        guard time <= now + skewSecondsMax else {
            throw .invalid(
                "Signature not yet current: \(claim.time.text) is still later than \(text(now + skewSecondsMax)) "
                    + "(\(text(now)) + \(span(skewSecondsMax)))")
        }
    }

    /// Only S3 takes a body that is not signed. What is signed here is the body itself, whatever the header says; one that
    /// says otherwise would never match, and the reason is worth a sentence.
    private func checkPayload() throws(SignatureRefusal) {
        guard let claimed = value("x-amz-content-sha256"), claimed != CanonicalRequest.hash(of: body) else { return }
        guard claimed.count == 64 else {
            throw .invalid(
                "The x-amz-content-sha256 header must be the SHA-256 of the payload: "
                    + "'\(SignatureClaim.excerpt(claimed))' is taken by S3 only.")
        }
        throw .invalid("The provided 'x-amz-content-sha256' header does not match what was computed.")
    }

    func value(_ name: String) -> String? { headers.first { Self.isNamed($0.name, name) }?.value }

    private static func isNamed(_ name: String, _ lowerCase: String) -> Bool { isNamed(name.utf8, lowerCase.utf8) }

    /// Whether a header has a name, which is in lower case; without making another text of it.
    private static func isNamed(
        _ name: some Collection<UInt8>, _ lowerCase: some Collection<UInt8>
    ) -> Bool {
        name.count == lowerCase.count
            && zip(name, lowerCase).allSatisfy { byte, wanted in
                (UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte ? byte | 0x20 : byte) == wanted
            }
    }
}
