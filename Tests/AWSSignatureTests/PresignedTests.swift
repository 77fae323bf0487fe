import AWSSignature
import Testing

/// Requests that were signed beforehand: URLs that botocore 1.43.11's `SigV4QueryAuth` made.
struct PresignedTests {
    private static let time = SignatureVector.time.seconds
    private static let parameters =
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1%2Flambda%2Faws4_request"
        + "&X-Amz-Date=20150830T123600Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host"
    private static let query =
        "MaxItems=5&\(parameters)&X-Amz-Signature=6e6ad18c2af0fd3b3e01578f038e4b6fefce64ba9e0b9d6599bc06dec5915125"

    private func request(_ query: String = query) -> SignedRequest {
        SignedRequest(
            method: "GET", path: "/2015-03-31/functions/", query: query, headers: [("Host", "127.0.0.1:4566")], body: []
        )
    }

    private func refusal(_ request: SignedRequest, after seconds: Int64 = 0) -> SignatureRefusal? {
        do throws(SignatureRefusal) {
            _ = try request.verify(now: Self.time + seconds) { _ in SignatureVector.secret }
            return nil
        } catch {
            return error
        }
    }

    @Test func whatBotocoreSignsIsTaken() throws {
        let claim = try request().verify(now: Self.time) { _ in SignatureVector.secret }
        #expect(claim.isPresigned && claim.lifetimeSeconds == 60 && claim.sessionToken == nil)
        #expect(claim.scope == SigningScope(day: "20150830", region: "us-east-1", service: "lambda"))
    }

    @Test func withASessionTokenAndWithAHeaderToo() throws {
        let claim = try request(
            "MaxItems=5&\(Self.parameters)&X-Amz-Security-Token=token%3D%3D"
                + "&X-Amz-Signature=14f20d10175c478e18211f2af24440bb0359092af563f8e62f8885b6404bbd45"
        ).verify(now: Self.time) { _ in SignatureVector.secret }
        #expect(claim.sessionToken == "token==")

        var list = request(
            "X-Amz-Algorithm=AWS4-HMAC-SHA256"
                + "&X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1%2Fdynamodb%2Faws4_request"
                + "&X-Amz-Date=20150830T123600Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host%3Bx-amz-target"
                + "&X-Amz-Signature=cebcd396c42ccb14a6520d2536cead9e6101a7678a60f927099ad2737b733c0d")
        (list.method, list.path) = ("POST", "/")
        list.headers.append(("X-Amz-Target", "DynamoDB_20120810.ListTables"))
        #expect(refusal(list) == nil)
        list.headers[1].value = "DynamoDB_20120810.DeleteTable"
        #expect(refusal(list) == .mismatch)
    }

    @Test func itIsGoodForItsTimeAndNoLonger() {
        #expect(refusal(request(), after: 60) == nil)
        #expect(
            refusal(request(), after: 61)
                == .invalid(
                    "Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T123701Z - 1 min.)"
                ))
        #expect(refusal(request(), after: -300) == nil)
        guard case .invalid? = refusal(request(), after: -301) else {
            Issue.record("it is not yet current")
            return
        }
    }

    @Test func nobodyCanGiveItMoreTimeOrAnotherRequest() {
        #expect(refusal(request(Self.query.replacing("Expires=60", with: "Expires=600"))) == .mismatch)
        #expect(refusal(request(Self.query.replacing("MaxItems=5", with: "MaxItems=6"))) == .mismatch)
        #expect(refusal(request(Self.query + "&Marker=x")) == .mismatch)
        var changed = request()
        changed.method = "DELETE"
        #expect(refusal(changed) == .mismatch)
        changed = request()
        changed.body = [0x20]
        #expect(refusal(changed) == .mismatch)
    }

    @Test(arguments: ["Expires=0", "Expires=604801", "Expires=-1", "Expires=x"]) func aWeekIsTheLongest(_ text: String)
    {
        #expect(
            refusal(request(Self.query.replacing("Expires=60", with: text)))
                == .incomplete("X-Amz-Expires must be between 1 and 604800 seconds."))
    }

    @Test func everyPartMustBeThereOnce() {
        for name in ["Algorithm", "Credential", "Date", "SignedHeaders", "Expires"] {
            let query = Self.query.replacing("X-Amz-\(name)=", with: "X-Amz-Not\(name)=")
            #expect(
                refusal(request(query))
                    == .incomplete(
                        "AWS query-string parameters must include 'X-Amz-\(name)'. Re-examine the query-string parameters."
                    ),
                "\(name)")
        }
        #expect(
            refusal(request(Self.query + "&X-Amz-Expires=600"))
                == .incomplete("AWS query-string parameters must include 'X-Amz-Expires' once."))
        #expect(
            refusal(request(Self.query.replacing("HMAC-SHA256", with: "HMAC-SHA1")))
                == .incomplete("Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA1'."))
        #expect(refusal(request("MaxItems=5")) == .missing)
    }

    @Test func theRequestIsWhatIsLeftOfTheQuery() {
        #expect(SignatureClaim.query(without: Self.query) == "MaxItems=5")
        #expect(SignatureClaim.query(without: "a&b=c") == "a&b=c")
    }
}
