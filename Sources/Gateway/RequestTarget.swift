import NIOHTTP1

/// What a request asks for: a service and its operation, as `X-Amz-Target` names them.
struct RequestTarget: Hashable, Sendable {
    /// The services that answer at `POST /`. The raw value begins the target.
    enum Service: String, Sendable, CaseIterable {
        case dynamoDB = "DynamoDB_20120810."
        case streams = "DynamoDBStreams_20120810."
        case queues = "AmazonSQS."
        case logs = "Logs_20140328."

        /// What requests to them are signed for.
        static let signingNames: Set = ["dynamodb", "logs", "sqs"]
    }

    let service: Service
    let operation: String

    init(_ service: Service, _ operation: String) {
        self.service = service
        self.operation = operation
    }

    /// - Throws: an UnknownOperationException for a target that names none of the services. It has AWS's body, unless the
    ///   request is signed for a service that does not run here: then it says so.
    init(_ headers: HTTPHeaders) throws(ServiceError) {
        let target = headers.first(name: "X-Amz-Target") ?? ""
        for service in Service.allCases where target.hasPrefix(service.rawValue) {
            self.service = service
            operation = String(target.dropFirst(service.rawValue.count))
            return
        }
        let signedFor = headers.first(name: "Authorization").flatMap(CredentialScope.init)?.service
        guard let signedFor, !Service.signingNames.contains(signedFor) else {
            throw ServiceError(.unknownOperation, nil)
        }
        throw ServiceError(
            .unknownOperation,
            "The service \(signedFor) does not run here; these do: \(Service.signingNames.sorted().joined(separator: ", "))."
        )
    }
}

/// What a request's signature is good for: `Credential=KEY/DATE/REGION/SERVICE/aws4_request`. The signature itself is not
/// looked at.
struct CredentialScope: Hashable, Sendable {
    private static let algorithm = "AWS4-HMAC-SHA256"
    private static let credential = "Credential="
    private static let terminator = "aws4_request"

    let accessKey: String
    let date: String
    let region: String
    let service: String

    /// - Parameter authorization: the header's value; nil comes of what is no signature of version 4.
    init?(_ authorization: String) {
        guard authorization.hasPrefix(Self.algorithm) else { return nil }
        let fields = authorization.dropFirst(Self.algorithm.count).split { $0 == "," || $0 == " " }
        guard let credential = fields.first(where: { $0.hasPrefix(Self.credential) }) else { return nil }
        // An access key may hold slashes; the four parts behind it may not.
        let parts = credential.dropFirst(Self.credential.count).split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count >= 5, parts[parts.count - 1] == Self.terminator else { return nil }
        accessKey = parts.dropLast(4).joined(separator: "/")
        date = String(parts[parts.count - 4])
        region = String(parts[parts.count - 3])
        service = String(parts[parts.count - 2])
    }
}
