public import AWSSignature
public import NIOSSL

/// Where the services are, who asks, and how long.
public struct AWSConfiguration: Sendable {
    public var region: String
    public var credentials: Credentials
    /// Instead of a service's regional address: Sluice, or a proxy.
    public var endpoints: [AWSService: Endpoint]
    /// Most tries of one call, at least 1. AWS's standard mode: 3.
    public var attemptsMax = 3
    /// Most connections to one service. A long poll holds its own while it waits, so a program with many of them needs more.
    public var connectionsMax = 64
    /// Longest wait for one answer. A long poll's own wait comes on top.
    public var answerTimeout = Duration.seconds(30)

    /// Whom connections trust; nil for the system's certificate authorities alone.
    public var tls: TLSConfiguration?

    public init(region: String, credentials: Credentials, endpoints: [AWSService: Endpoint] = [:]) {
        self.region = region
        self.credentials = credentials
        self.endpoints = endpoints
    }

    /// Reads `AWS_REGION` (or `AWS_DEFAULT_REGION`), `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`,
    /// `AWS_SESSION_TOKEN`, and the endpoint from `AWS_ENDPOINT_URL_SQS`, `AWS_ENDPOINT_URL_DYNAMODB` or
    /// `AWS_ENDPOINT_URL`, and ``TrustedRoots`` from `AWS_CA_BUNDLE`. An empty variable counts as absent.
    ///
    /// - Throws: ``AWSError`` with `configuration` that names the variable.
    public init(environment: [String: String]) throws(AWSError) {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        func required(_ name: String) throws(AWSError) -> String {
            guard let value = value(name) else {
                throw AWSError(
                    code: .configuration, message: "\(name) is not set; Lambda and `sluice up` set it for a function.")
            }
            return value
        }
        var region = value("AWS_REGION") ?? value("AWS_DEFAULT_REGION")
        if region == nil { region = try required("AWS_REGION") }
        self.init(
            region: region ?? "",
            credentials: Credentials(
                accessKeyID: try required("AWS_ACCESS_KEY_ID"),
                secretAccessKey: try required("AWS_SECRET_ACCESS_KEY"), sessionToken: value("AWS_SESSION_TOKEN")))
        for service in AWSService.allCases {
            let own = "AWS_ENDPOINT_URL_\(service.variableSuffix)"
            for name in [own, "AWS_ENDPOINT_URL"] where endpoints[service] == nil {
                guard let text = value(name) else { continue }
                guard let endpoint = Endpoint(text) else {
                    throw AWSError(
                        code: .configuration,
                        message: "\(name) is no address: \"\(text)\"; write it like http://127.0.0.1:4566.")
                }
                endpoints[service] = endpoint
            }
        }
        if AWSService.allCases.contains(where: { endpoint(of: $0).scheme == "https" }) {
            tls = try TrustedRoots.configuration(environment: environment)
        }
    }

    /// The service's own address, or the one that stands instead of it.
    func endpoint(of service: AWSService) -> Endpoint {
        endpoints[service] ?? Endpoint(scheme: "https", authority: "\(service.signingName).\(region).amazonaws.com")
    }
}

/// The services that this client speaks to.
public enum AWSService: Sendable, Hashable, CaseIterable {
    case dynamoDB
    case sqs

    var signingName: String {
        switch self {
        case .dynamoDB: "dynamodb"
        case .sqs: "sqs"
        }
    }

    var variableSuffix: String {
        switch self {
        case .dynamoDB: "DYNAMODB"
        case .sqs: "SQS"
        }
    }

    /// What stands before the operation in `X-Amz-Target`.
    var targetPrefix: String {
        switch self {
        case .dynamoDB: "DynamoDB_20120810"
        case .sqs: "AmazonSQS"
        }
    }
}

/// An address of a service: `http://127.0.0.1:4566`.
public struct Endpoint: Sendable, Hashable {
    public let scheme: String
    /// Host, and port where it is not the scheme's own.
    public let authority: String
    /// Where requests go below the host; `/` for AWS.
    public let path: String

    init(scheme: String, authority: String, path: String = "/") {
        self.scheme = scheme
        self.authority = authority
        self.path = path
    }

    /// nil for anything but `http://` or `https://`, a host with or without port, and perhaps a path.
    public init?(_ text: String) {
        let parts: (scheme: String, rest: Substring)
        if text.hasPrefix("http://") {
            parts = ("http", text.dropFirst(7))
        } else if text.hasPrefix("https://") {
            parts = ("https", text.dropFirst(8))
        } else {
            return nil
        }
        let end = parts.rest.firstIndex(of: "/") ?? parts.rest.endIndex
        var authority = parts.rest[..<end]
        guard !authority.isEmpty, !text.utf8.contains(where: { $0 <= 0x20 || $0 >= 0x7F || $0 == UInt8(ascii: "@") }),
            !text.contains("?"), !text.contains("#")
        else { return nil }
        if let colon = authority.lastIndex(of: ":"), !authority.hasSuffix("]") {
            guard let port = UInt16(authority[authority.index(after: colon)...]), port > 0, colon > authority.startIndex
            else { return nil }
            if (parts.scheme, port) == ("http", 80) || (parts.scheme, port) == ("https", 443) {
                authority = authority[..<colon]
            }
        }
        self.init(
            scheme: parts.scheme, authority: String(authority),
            path: end == parts.rest.endIndex ? "/" : String(parts.rest[end...]))
    }

    var url: String { "\(scheme)://\(authority)\(path)" }
}
