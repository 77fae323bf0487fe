import AWSSignature
import Testing

/// Each way in which a signature can be wrong.
struct VerifyTests {
    private let time = SignatureVector.time

    private func signed(_ change: (inout SignedRequest) -> Void) -> SignedRequest {
        let key = SigningKey(secretAccessKey: SignatureVector.secret, scope: SignatureVector.scope)
        let headers = [("Host", "example.amazonaws.com"), ("X-Amz-Date", time.text), ("X-Amz-Target", "A.B")]
        let body = Array("{}".utf8)
        let canonical = CanonicalRequest(
            method: "POST", path: "/", query: "a=b", headers: headers, payloadHash: CanonicalRequest.hash(of: body))
        var request = SignedRequest(
            method: "POST", path: "/", query: "a=b",
            headers: headers + [
                ("authorization", key.authorization(of: canonical, at: time, accessKeyID: SignatureVector.accessKeyID))
            ], body: body)
        change(&request)
        return request
    }

    private func refusal(after seconds: Int64 = 0, _ change: (inout SignedRequest) -> Void) -> SignatureRefusal? {
        do throws(SignatureRefusal) {
            _ = try signed(change).verify(now: time.seconds + seconds) { id in
                id == SignatureVector.accessKeyID ? SignatureVector.secret : nil
            }
            return nil
        } catch {
            return error
        }
    }

    private func replace(_ name: String, _ change: @escaping (String) -> String) -> (inout SignedRequest) -> Void {
        { request in
            for index in request.headers.indices where request.headers[index].name == name {
                request.headers[index].value = change(request.headers[index].value)
            }
        }
    }

    @Test func unchangedItIsTaken() {
        #expect(refusal { _ in } == nil)
        #expect(refusal { $0.headers.append(("Not-Signed", "x")) } == nil)
    }

    @Test func eachChangeOfWhatIsSignedIsRefused() {
        #expect(refusal { $0.body.append(0x20) } == .mismatch)
        #expect(refusal { $0.path = "/x" } == .mismatch)
        #expect(refusal { $0.query = "a=c" } == .mismatch)
        #expect(refusal { $0.method = "PUT" } == .mismatch)
        #expect(refusal(replace("X-Amz-Target") { _ in "A.C" }) == .mismatch)
        #expect(refusal { $0.headers.removeAll { $0.name == "X-Amz-Target" } } == .mismatch)
        #expect(refusal(replace("authorization") { String($0.dropLast()) + "g" }) == .mismatch)
        #expect(refusal(replace("authorization") { String($0.dropLast(2)) }) == .mismatch)
    }

    @Test func whatCannotBeReadIsIncomplete() {
        #expect(refusal { $0.headers.removeAll { $0.name == "authorization" } } == .missing)
        #expect(refusal(replace("authorization") { _ in "Basic abc" }) == .incomplete)
        #expect(refusal(replace("authorization") { $0.replacing("aws4_request", with: "aws5_request") }) == .incomplete)
        #expect(refusal(replace("authorization") { $0.replacing("Signature=", with: "Signatur=") }) == .incomplete)
        #expect(refusal(replace("authorization") { $0.replacing("host;", with: "") }) == .incomplete)
        #expect(refusal(replace("X-Amz-Date") { _ in "yesterday" }) == .incomplete)
        #expect(refusal(replace("X-Amz-Date") { _ in "20150831T000000Z" }) == .incomplete)
    }

    @Test func onlyKnownKeysAndRecentRequestsAreTaken() {
        #expect(
            refusal(replace("authorization") { $0.replacing("AKIDEXAMPLE", with: "AKIDOTHER") }) == .unknownAccessKey)
        #expect(refusal(after: Authorization.skewSecondsMax) { _ in } == nil)
        #expect(refusal(after: -Authorization.skewSecondsMax) { _ in } == nil)
        #expect(refusal(after: Authorization.skewSecondsMax + 1) { _ in } == .expired)
        #expect(refusal(after: -Authorization.skewSecondsMax - 1) { _ in } == .expired)
    }
}
