import AWSClient
import AWSSignature
import Foundation
import NIOHTTP1

/// Signs requests to an engine with the environment's credentials, as AWS's clients do: an engine that asks for signatures
/// gets them, and the others do not look.
struct RequestSigner: Sendable {
    /// What requests to the engine's own paths are signed for.
    static let ownService = "sluice"

    private let endpoint: Endpoint
    private let credentials: Credentials
    private let region: String

    /// Nil without credentials, and for what is no address.
    init?(url: String, environment: [String: String]) {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        guard let endpoint = Endpoint(url), let id = value("AWS_ACCESS_KEY_ID"),
            let secret = value("AWS_SECRET_ACCESS_KEY")
        else { return nil }
        self.endpoint = endpoint
        credentials = Credentials(
            accessKeyID: id, secretAccessKey: secret, sessionToken: value("AWS_SESSION_TOKEN"))
        region = value("AWS_REGION") ?? value("AWS_DEFAULT_REGION") ?? "us-east-1"
    }

    /// The headers with what the signature adds; as they are when they are signed already.
    ///
    /// - Parameter path: below the endpoint's own, escaped.
    func signed(
        _ method: HTTPMethod, path: String, _ headers: HTTPHeaders, _ body: [UInt8], now: Date = Date()
    ) -> HTTPHeaders {
        guard !headers.contains(name: "Authorization") else { return headers }
        let time = SigningTime(seconds: Int64(now.timeIntervalSince1970))
        var headers = headers
        headers.replaceOrAdd(name: "Host", value: endpoint.authority)
        headers.add(name: "X-Amz-Date", value: time.text)
        if let token = credentials.sessionToken { headers.add(name: "X-Amz-Security-Token", value: token) }
        let canonical = CanonicalRequest(
            method: method.rawValue, path: endpoint.path == "/" ? path : endpoint.path + path,
            headers: headers.map { ($0.name, $0.value) }, payloadHash: CanonicalRequest.hash(of: body))
        let key = SigningKey(
            secretAccessKey: credentials.secretAccessKey,
            scope: SigningScope(day: time.day, region: region, service: Self.service(path, headers)))
        headers.add(
            name: "Authorization",
            value: key.authorization(of: canonical, at: time, accessKeyID: credentials.accessKeyID))
        return headers
    }

    private static func service(_ path: String, _ headers: HTTPHeaders) -> String {
        if headers.first(name: "X-Amz-Target")?.hasPrefix("DynamoDB") == true { return "dynamodb" }
        return path.hasPrefix("/v1/pipes") || path.hasPrefix("/tags/") ? "pipes" : ownService
    }
}
