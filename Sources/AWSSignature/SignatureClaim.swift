/// What a request says of its signature: in the `Authorization` header or, where it was signed beforehand for somebody else
/// to send, in the query.
public struct SignatureClaim: Sendable, Hashable {
    static let algorithm = "AWS4-HMAC-SHA256"

    public let accessKeyID: String
    public let scope: SigningScope
    /// Lower case, in order.
    public let signedHeaders: [String]
    public let time: SigningTime
    public let sessionToken: String?
    /// How long a signature in the query is good for, 1 to 604,800 seconds; nil for one in the header.
    public let lifetimeSeconds: Int64?
    let signature: String

    public var isPresigned: Bool { lifetimeSeconds != nil }

    /// The parts before they are read.
    private struct Parts {
        var credential: String
        var signedHeaders: String
        var signature: String
        var date: String
    }

    // MARK: The header

    init(header: String, of request: SignedRequest) throws(SignatureRefusal) {
        // Bytes, as characters would cost more than all the hashes.
        let bytes = header.utf8
        let end = bytes.firstIndex(of: UInt8(ascii: " ")) ?? bytes.endIndex
        guard bytes[..<end].elementsEqual(Self.algorithm.utf8) else {
            throw .incomplete("Unsupported AWS 'algorithm': '\(Self.excerpt(header[..<end]))'.")
        }
        var values: [(name: Substring, value: Substring)] = []
        for part in bytes[end...].split(separator: UInt8(ascii: ",")) {
            let part = part.drop { $0 == UInt8(ascii: " ") }
            guard let equals = part.firstIndex(of: UInt8(ascii: "=")) else { continue }
            values.append((Substring(part[..<equals]), Substring(part[equals...].dropFirst())))
        }
        func value(_ name: String) -> String? {
            values.last { $0.name == name }.flatMap { $0.value.isEmpty ? nil : String($0.value) }
        }
        let date = request.value("x-amz-date")
        let missing = ["Credential", "Signature", "SignedHeaders"].filter { value($0) == nil }
        var complaints = missing.map { "Authorization header requires '\($0)' parameter." }
        if date == nil {
            complaints.append("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
        }
        guard let date, let credential = value("Credential"), let headers = value("SignedHeaders"),
            let signature = value("Signature")
        else { throw .incomplete(complaints.joined(separator: " ") + " Authorization=\(Self.algorithm)") }
        try self.init(
            Parts(credential: credential, signedHeaders: headers, signature: signature, date: date),
            sessionToken: request.value("x-amz-security-token"), lifetimeSeconds: nil)
    }

    // MARK: The query

    /// The parameter that is not part of what is signed.
    static let signatureParameter = "X-Amz-Signature"
    private static let lifetimeSecondsRange: ClosedRange<Int64> = 1...604_800
    private static let parameters: Set = [
        "X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders",
        "X-Amz-Security-Token", signatureParameter,
    ]

    /// Whether a query says anything of a signature.
    static func isIn(_ query: String) -> Bool {
        query.contains("X-Amz-Signature=") || query.contains("X-Amz-Algorithm=")
    }

    /// The query without what belongs to a signature.
    public static func query(without query: String) -> String {
        query.split(separator: "&").filter { !parameters.contains(String($0.prefix { $0 != "=" })) }
            .joined(separator: "&")
    }

    init(query: String) throws(SignatureRefusal) {
        var values: [String: String] = [:]
        for parameter in query.utf8.split(separator: UInt8(ascii: "&")) {
            let end = parameter.firstIndex(of: UInt8(ascii: "=")) ?? parameter.endIndex
            let name = String(decoding: PercentEncoding.decoded(parameter[..<end]), as: UTF8.self)
            let value = String(decoding: PercentEncoding.decoded(parameter[end...].dropFirst()), as: UTF8.self)
            // A second value would leave open which of them was meant.
            guard !Self.parameters.contains(name) || values.updateValue(value, forKey: name) == nil else {
                throw .incomplete("AWS query-string parameters must include '\(name)' once.")
            }
        }
        func value(_ name: String) -> String? { values[name].flatMap { $0.isEmpty ? nil : $0 } }
        let missing = [
            "X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date",
            "X-Amz-Expires",
        ].filter { value($0) == nil }
        guard let algorithm = value("X-Amz-Algorithm"), let credential = value("X-Amz-Credential"),
            let signature = value("X-Amz-Signature"), let headers = value("X-Amz-SignedHeaders"),
            let date = value("X-Amz-Date"), let lifetime = value("X-Amz-Expires")
        else {
            throw .incomplete(
                missing.map { "AWS query-string parameters must include '\($0)'." }.joined(separator: " ")
                    + " Re-examine the query-string parameters.")
        }
        guard algorithm == Self.algorithm else {
            throw .incomplete("Unsupported AWS 'algorithm': '\(Self.excerpt(algorithm))'.")
        }
        guard let seconds = Int64(lifetime), Self.lifetimeSecondsRange.contains(seconds) else {
            throw .incomplete(
                "X-Amz-Expires must be between \(Self.lifetimeSecondsRange.lowerBound) and "
                    + "\(Self.lifetimeSecondsRange.upperBound) seconds.")
        }
        try self.init(
            Parts(credential: credential, signedHeaders: headers, signature: signature, date: date),
            sessionToken: value("X-Amz-Security-Token"), lifetimeSeconds: seconds)
    }

    // MARK: Both

    private init(_ parts: Parts, sessionToken: String?, lifetimeSeconds: Int64?) throws(SignatureRefusal) {
        // An access key id may hold slashes; the scope's four parts may not.
        let fields = parts.credential.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard fields.count >= 5, !fields[0].isEmpty else {
            throw .incomplete(
                "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got "
                    + "'\(Self.excerpt(parts.credential))'")
        }
        let scope = fields.suffix(4).map { String(Substring($0)) }
        guard scope[3] == SigningScope.end else {
            throw .invalid(
                "Credential should be scoped with a valid terminator: '\(SigningScope.end)', not '\(Self.excerpt(scope[3]))'."
            )
        }
        guard let time = SigningTime(parts.date) else {
            throw .incomplete(
                "Date must be in ISO-8601 'basic format'. Got '\(Self.excerpt(parts.date))'. "
                    + "See http://en.wikipedia.org/wiki/ISO_8601")
        }
        accessKeyID = fields.dropLast(4).map { String(Substring($0)) }.joined(separator: "/")
        self.scope = SigningScope(day: scope[0], region: scope[1], service: scope[2])
        signedHeaders = parts.signedHeaders.utf8.split(separator: UInt8(ascii: ";")).map { String(Substring($0)) }
        signature = parts.signature
        self.time = time
        self.sessionToken = sessionToken
        self.lifetimeSeconds = lifetimeSeconds
    }

    /// What a client sent, in a text that goes back to it: short, and nothing that moves a cursor.
    static func excerpt(_ text: some StringProtocol) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.prefix(64).filter { $0.properties.generalCategory != .control }))
    }
}
