import AWSSignature
import Testing

struct SignatureTests {
    @Test(arguments: SignatureVector.all) func theSuitesRequestsGetTheSuitesSignatures(_ vector: SignatureVector) {
        let key = SigningKey(secretAccessKey: SignatureVector.secret, scope: SignatureVector.scope)
        #expect(key.signature(of: vector.canonical, at: SignatureVector.time) == vector.signature)
    }

    @Test(arguments: SignatureVector.all) func eachIsValidAsItArrives(_ vector: SignatureVector) throws {
        let key = SigningKey(secretAccessKey: SignatureVector.secret, scope: SignatureVector.scope)
        let header = key.authorization(
            of: vector.canonical, at: SignatureVector.time, accessKeyID: SignatureVector.accessKeyID)
        let request = SignedRequest(
            method: vector.method, path: vector.path, query: vector.query,
            headers: vector.allHeaders + [("Authorization", header), ("User-Agent", "not signed")],
            body: Array(vector.body.utf8))
        let signer = try request.verify(now: SignatureVector.time.seconds) { id in
            id == SignatureVector.accessKeyID ? SignatureVector.secret : nil
        }
        #expect(signer.accessKeyID == SignatureVector.accessKeyID)
        #expect(signer.scope == SignatureVector.scope)
    }

    /// Computed by botocore 1.43.11 for a request as `AWSClient` makes it.
    @Test func aRequestWithASessionTokenIsSignedAsBotocoreDoes() {
        let body = #"{"TableName":"Orders","Item":{"orderId":{"S":"o-1"}}}"#
        let canonical = CanonicalRequest(
            method: "POST", path: "/",
            headers: [
                ("X-Amz-Target", "DynamoDB_20120810.PutItem"), ("Host", "127.0.0.1:4566"),
                ("Content-Type", "application/x-amz-json-1.0"), ("X-Amz-Date", "20261126T125000Z"),
                ("X-Amz-Security-Token", "token=="),
            ],
            payloadHash: CanonicalRequest.hash(of: Array(body.utf8)))
        let time = SigningTime("20261126T125000Z")!
        let key = SigningKey(
            secretAccessKey: "secret/with+signs",
            scope: SigningScope(day: time.day, region: "eu-west-1", service: "dynamodb"))
        #expect(
            key.signature(of: canonical, at: time)
                == "26bdb3545b553ba39400cabdd02b9c06cb6d5c02b26ca5b71c6f9d72a1c49f22")
        #expect(
            key.authorization(of: canonical, at: time, accessKeyID: "ASIAEXAMPLE")
                == "AWS4-HMAC-SHA256 Credential=ASIAEXAMPLE/20261126/eu-west-1/dynamodb/aws4_request, "
                + "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target, "
                + "Signature=26bdb3545b553ba39400cabdd02b9c06cb6d5c02b26ca5b71c6f9d72a1c49f22")
    }

    @Test func credentialsNeverPrintTheirSecret() {
        let credentials = Credentials(accessKeyID: "AKID", secretAccessKey: "hush", sessionToken: "quiet")
        var dumped = ""
        dump(credentials, to: &dumped)
        for text in ["\(credentials)", String(reflecting: credentials), dumped] {
            #expect(text.contains("AKID"))
            #expect(!text.contains("hush") && !text.contains("quiet"), "\(text)")
        }
    }
}
