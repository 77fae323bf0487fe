import AWSSignature
import TestSupport
import Testing

/// Signatures that were damaged at random places: none stops the program, and none says that somebody else has signed.
struct DamageTests {
    private static let time = SignatureVector.time
    private static let vector = SignatureVector.all[0]

    private static func verified(_ request: SignedRequest) -> SignatureClaim? {
        try? request.verify(now: time.seconds) { _ in SignatureVector.secret }
    }

    private static func damaged(_ text: String, _ generator: inout SeededGenerator) -> String {
        let marks = Array(",;=/ %&AWS4-HMAC\u{0}\u{FF}ሴ".utf8)
        var bytes = Array(text.utf8)
        for _ in 0...generator.below(3) {
            let place = generator.below(bytes.count)
            switch generator.below(4) {
            case 0: bytes[place] = generator.pick(marks)
            case 1: bytes.insert(generator.pick(marks), at: place)
            case 2 where bytes.count > 1: bytes.remove(at: place)
            default:
                bytes = Array(bytes[..<place]) + Array(bytes[generator.below(bytes.count)...]) + [UInt8(ascii: "=")]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>) func inTheHeader(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let key = SigningKey(secretAccessKey: SignatureVector.secret, scope: SignatureVector.scope)
        let header = key.authorization(
            of: Self.vector.canonical, at: Self.time, accessKeyID: SignatureVector.accessKeyID)
        func request(_ header: String) -> SignedRequest {
            SignedRequest(
                method: "GET", path: "/", query: "", headers: Self.vector.allHeaders + [("Authorization", header)],
                body: [])
        }
        #expect(Self.verified(request(header)) != nil)
        for _ in 0..<500 {
            let text = Self.damaged(header, &generator)
            guard let claim = Self.verified(request(text)) else { continue }
            // Blanks, unknown parts and another case of the signature's digits change nothing; the id is not signed.
            #expect(claim.scope == SignatureVector.scope && claim.time == Self.time, "\(text)")
            #expect(Set(claim.signedHeaders) == ["host", "x-amz-date"], "\(text)")
        }
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>) func inTheQuery(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let query =
            "a=b&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F\("\(SignatureVector.scope)".replacing("/", with: "%2F"))"
            + "&X-Amz-Date=\(Self.time.text)&X-Amz-Expires=60&X-Amz-SignedHeaders=host"
        func request(_ query: String) -> SignedRequest {
            SignedRequest(method: "GET", path: "/", query: query, headers: [("Host", "h")], body: [])
        }
        let canonical = CanonicalRequest(
            method: "GET", path: "/", query: query, headers: [("Host", "h")], payloadHash: CanonicalRequest.hash(of: [])
        )
        let signature = SigningKey(secretAccessKey: SignatureVector.secret, scope: SignatureVector.scope)
            .signature(of: canonical, at: Self.time)
        let signed = "\(query)&X-Amz-Signature=\(signature)"
        #expect(Self.verified(request(signed)) != nil)
        for _ in 0..<500 {
            let text = Self.damaged(signed, &generator)
            guard let claim = Self.verified(request(text)) else { continue }
            #expect(claim.accessKeyID == SignatureVector.accessKeyID && claim.lifetimeSeconds == 60, "\(text)")
            #expect(claim.scope == SignatureVector.scope && claim.time == Self.time, "\(text)")
        }
    }
}
