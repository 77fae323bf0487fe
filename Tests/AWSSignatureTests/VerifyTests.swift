import AWSSignature
import Testing

/// Each way in which a signature can be wrong.
struct VerifyTests {
    private let time = SignatureVector.time

    private func signed(
        _ more: [(name: String, value: String)], _ change: (inout SignedRequest) -> Void
    ) -> SignedRequest {
        let key = SigningKey(secretAccessKey: SignatureVector.secret, scope: SignatureVector.scope)
        let headers =
            [("Host", "example.amazonaws.com"), ("X-Amz-Date", time.text), ("X-Amz-Target", "A.B")] + more
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

    private func refusal(
        after seconds: Int64 = 0, service: String = "service", region: String? = nil, skew: Int64 = 300,
        adding more: [(name: String, value: String)] = [], _ change: (inout SignedRequest) -> Void
    ) -> SignatureRefusal? {
        let request = signed(more, change)
        do throws(SignatureRefusal) {
            let claim = try request.claim()
            try request.check(
                claim, service: service, region: region, now: time.seconds + seconds, skewSecondsMax: skew)
            _ = try request.verify(now: time.seconds + seconds, skewSecondsMax: skew) { id in
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

    private func replaceInHeader(_ old: String, _ new: String) -> (inout SignedRequest) -> Void {
        replace("authorization") { $0.replacing(old, with: new) }
    }

    @Test func unchangedItIsTaken() {
        #expect(refusal { _ in } == nil)
        #expect(refusal { $0.headers.append(("Not-Signed", "x")) } == nil)
        #expect(refusal { $0.headers.append(("X-Amz-User-Agent", "x")) } == nil)
        #expect(refusal(region: "us-east-1") { _ in } == nil)
    }

    @Test func eachChangeOfWhatIsSignedIsRefused() {
        #expect(refusal { $0.body.append(0x20) } == .mismatch)
        #expect(refusal { $0.path = "/x" } == .mismatch)
        #expect(refusal { $0.query = "a=c" } == .mismatch)
        #expect(refusal { $0.method = "PUT" } == .mismatch)
        #expect(refusal(replace("X-Amz-Target") { _ in "A.C" }) == .mismatch)
        #expect(refusal { $0.headers.append(("X-Amz-Target", "A.C")) } == .mismatch)
        #expect(refusal { $0.headers.removeAll { $0.name == "X-Amz-Target" } } == .mismatch)
        #expect(refusal(replace("authorization") { String($0.dropLast()) + "g" }) == .mismatch)
        #expect(refusal(replace("authorization") { String($0.dropLast(2)) }) == .mismatch)
        #expect(refusal(replaceInHeader("/us-east-1/", "/eu-west-1/")) == .mismatch)
    }

    @Test func nothingToLookAtIsNoTokenAtAll() {
        #expect(refusal { $0.headers.removeAll { $0.name == "authorization" } } == .missing)
        #expect(SignatureRefusal.missing.message == "Request is missing Authentication Token")
    }

    @Test func whatIsNoWholeSignatureIsIncompleteInAWSsWords() {
        let algorithm = "Authorization=AWS4-HMAC-SHA256"
        #expect(
            refusal(replace("authorization") { _ in "Basic abc" })
                == .incomplete("Unsupported AWS 'algorithm': 'Basic'."))
        #expect(
            refusal(replaceInHeader("Signature=", "Signatur="))
                == .incomplete("Authorization header requires 'Signature' parameter. \(algorithm)"))
        #expect(
            refusal(replace("authorization") { _ in "AWS4-HMAC-SHA256" })
                == .incomplete(
                    "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' "
                        + "parameter. Authorization header requires 'SignedHeaders' parameter. \(algorithm)"))
        #expect(
            refusal { $0.headers.removeAll { $0.name == "X-Amz-Date" } }
                == .incomplete(
                    "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. \(algorithm)")
        )
        #expect(
            refusal(replaceInHeader("AKIDEXAMPLE/20150830/us-east-1/service/aws4_request", "AKIDEXAMPLE/x"))
                == .incomplete(
                    "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got "
                        + "'AKIDEXAMPLE/x'"))
        #expect(
            refusal(replace("X-Amz-Date") { _ in "yesterday" })
                == .incomplete(
                    "Date must be in ISO-8601 'basic format'. Got 'yesterday'. See http://en.wikipedia.org/wiki/ISO_8601"
                ))
    }

    @Test func theScopeMustBeThatOfTheRequest() {
        #expect(
            refusal(replaceInHeader("aws4_request", "aws5_request"))
                == .invalid("Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5_request'."))
        #expect(
            refusal(replace("X-Amz-Date") { _ in "20150831T000000Z" })
                == .invalid(
                    "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
                        + "'20150830' != '20150831', from '20150831T000000Z'."))
        #expect(
            refusal(service: "sqs") { _ in } == .invalid("Credential should be scoped to correct service: 'sqs'. "))
        #expect(
            refusal(region: "eu-west-1") { _ in }
                == .invalid("Credential should be scoped to a valid region, not 'us-east-1'. "))
    }

    @Test func theHostAndEveryHeaderOfAWSsMustBeSigned() {
        #expect(
            refusal(replaceInHeader("host;", ""))
                == .invalid("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."))
        for name in ["x-amz-date", "x-amz-target"] {
            #expect(
                refusal(replaceInHeader(";\(name)", ""))
                    == .invalid("'\(name)' must be a 'SignedHeader' in the AWS Authorization."), "\(name)")
        }
        #expect(
            refusal { $0.headers.append(("X-Amz-Security-Token", "added on the way")) }
                == .invalid("'x-amz-security-token' must be a 'SignedHeader' in the AWS Authorization."))
    }

    @Test func onlyKnownKeysAreTaken() {
        #expect(refusal(replaceInHeader("AKIDEXAMPLE", "AKIDOTHER")) == .unknownAccessKey)
    }

    @Test(arguments: [300, 900] as [Int64]) func aRequestFromTooFarAwayInTimeIsRefusedInAWSsWords(skew: Int64) {
        #expect(refusal(after: skew, skew: skew) { _ in } == nil)
        #expect(refusal(after: -skew, skew: skew) { _ in } == nil)
        let (early, late) =
            skew == 300 ? ("20150830T123601Z", "20150830T124101Z") : ("20150830T123601Z", "20150830T125101Z")
        #expect(
            refusal(after: skew + 1, skew: skew) { _ in }
                == .invalid(
                    "Signature expired: 20150830T123600Z is now earlier than \(early) (\(late) - \(skew / 60) min.)"))
        let before = skew == 300 ? "20150830T123059Z" : "20150830T122059Z"
        #expect(
            refusal(after: -skew - 1, skew: skew) { _ in }
                == .invalid(
                    "Signature not yet current: 20150830T123600Z is still later than 20150830T123559Z "
                        + "(\(before) + \(skew / 60) min.)"))
    }

    @Test func aBodyThatIsNotSignedIsForS3Only() {
        let name = "X-Amz-Content-Sha256"
        let hash = CanonicalRequest.hash(of: Array("{}".utf8))
        #expect(refusal(adding: [(name, hash)]) { _ in } == nil)
        #expect(
            refusal(adding: [(name, "UNSIGNED-PAYLOAD")]) { _ in }
                == .invalid(
                    "The x-amz-content-sha256 header must be the SHA-256 of the payload: 'UNSIGNED-PAYLOAD' is taken by S3 only."
                ))
        #expect(
            refusal(adding: [(name, hash)]) { $0.body = [] }
                == .invalid("The provided 'x-amz-content-sha256' header does not match what was computed."))
    }

    @Test func whatGoesBackToTheClientIsShortAndPlain() {
        let long = "\u{1B}[2J" + String(repeating: "x", count: 1_000)
        guard case .incomplete(let text)? = refusal(replace("X-Amz-Date") { _ in long }) else {
            Issue.record("it is no date")
            return
        }
        #expect(text.count < 200 && !text.contains("\u{1B}"))
    }
}
