import AWSSignature
import Foundation
import NIOHTTP1
import Testing

@testable import sluice

/// What the commands send to an engine that wants signatures.
@Suite struct RequestSignerTests {
    private let environment = [
        "AWS_ACCESS_KEY_ID": "SLUIEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "token",
    ]
    private let now = Date(timeIntervalSince1970: 1_700_000_000)

    private func signer(_ url: String = "http://127.0.0.1:4566") -> RequestSigner? {
        RequestSigner(url: url, environment: environment)
    }

    /// What the engine makes of a request.
    private func claim(
        _ method: HTTPMethod, _ path: String, _ headers: HTTPHeaders, base: String = ""
    ) throws -> SignatureClaim {
        let signed = try #require(signer("http://127.0.0.1:4566\(base)")).signed(
            method, path: path, headers, [1, 2], now: now)
        let request = SignedRequest(
            method: method.rawValue, path: base + path, query: "", headers: signed.map { ($0.name, $0.value) },
            body: [1, 2])
        return try request.verify(now: 1_700_000_000) { $0 == "SLUIEXAMPLE" ? "secret" : nil }
    }

    @Test func whatIsSignedIsVerified() throws {
        let claim = try claim(.POST, "/", ["X-Amz-Target": "DynamoDB_20120810.PutItem"])
        #expect(claim.scope.service == "dynamodb" && claim.sessionToken == "token")
        #expect(claim.signedHeaders == ["host", "x-amz-date", "x-amz-security-token", "x-amz-target"])
    }

    @Test(arguments: [
        ("/v1/pipes/P/start", "pipes"), ("/_sluice/status", "sluice"), ("/_sluice/trace/a%2Fb%20c", "sluice"),
    ])
    func theServiceFollowsThePath(_ path: String, _ service: String) throws {
        #expect(try claim(.GET, path, ["Content-Type": "application/json"]).scope.service == service)
    }

    @Test func anEngineBehindAPathIsSignedForWithIt() throws {
        #expect(try claim(.GET, "/_sluice/status", [:], base: "/engine").scope.service == "sluice")
    }

    @Test func withoutCredentialsNothingIsSigned() {
        #expect(RequestSigner(url: "http://127.0.0.1:4566", environment: [:]) == nil)
        #expect(
            RequestSigner(
                url: "http://127.0.0.1:4566", environment: ["AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": ""])
                == nil)
        #expect(signer("nowhere") == nil)
    }

    @Test func whatIsSignedAlreadyStaysAsItIs() {
        let headers: HTTPHeaders = ["Authorization": "mine"]
        #expect(signer()?.signed(.POST, path: "/", headers, []).map { $0.name } == ["Authorization"])
    }
}
