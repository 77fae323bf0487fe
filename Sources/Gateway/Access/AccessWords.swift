import AccessKeys
import AWSSignature
import HTTPServing
import NIOCore
import NIOHTTP1

/// A refusal at the door in the words of AWS's protocols.
struct AccessWords {
    /// The name in the JSON protocols, and in those that answer at paths.
    let type: String
    /// The name in the query protocols, which SDKs tell of SQS and CloudWatch in all protocols.
    let queryCode: String
    let message: String
    /// Where the JSON protocols have 400 for everything, the others tell these apart.
    let status: Int
    private let kind: ServiceError.Kind

    init(_ refusal: AccessGuard.Refusal, _ place: ResourcePlace) {
        switch refusal {
        case .signature(let signature):
            (kind, queryCode, status) =
                switch signature {
                case .missing: (.missingAuthenticationToken, "MissingAuthenticationToken", 403)
                case .incomplete: (.incompleteSignature, "IncompleteSignature", 400)
                case .invalid, .mismatch: (.invalidSignature, "SignatureDoesNotMatch", 403)
                case .unknownAccessKey: (.unrecognizedClient, "InvalidClientTokenId", 403)
                }
            message = signature.message
        case .heldUp(let seconds):
            (kind, queryCode, status) = (.throttling, "Throttling", 400)
            message =
                "Rate exceeded: too many requests with wrong signatures; try again in \(seconds) second\(seconds == 1 ? "" : "s")."
        case .denied(let caller, let action, let resource):
            (kind, queryCode, status) = (.accessDenied, "AccessDenied", 403)
            // SQS writes its actions small here.
            let spelling = action.hasPrefix("sqs:") ? action.lowercased() : action
            let on = resource.name == "*" ? "" : "on resource: \(resource.name) "
            message =
                "User: \(caller.arn(accountID: place.accountID)) is not authorized to perform: \(spelling) \(on)"
                + caller.rights.reason(against: action, on: resource, spelling: spelling)
        }
        type = kind.type
    }

    /// The error of the JSON protocols.
    func error(of service: SignedService) -> ServiceError {
        switch service {
        case .queues:
            ServiceError(
                ServiceError.Kind(
                    kind.type, kind.namespace, status: status, isRetryable: kind.isRetryable,
                    message: kind.messageMember,
                    queryCode: queryCode), message)
        // CloudWatch Logs gives the type alone.
        case .logs:
            ServiceError(
                ServiceError.Kind(
                    kind.type, .logs, status: kind.status, isRetryable: kind.isRetryable, message: kind.messageMember),
                message)
        default: ServiceError(kind, message)
        }
    }
}

extension GatewayAnswer {
    /// Refuses a request in the protocol that it speaks.
    func send(_ refusal: AccessGuard.Refusal, to request: HTTPRequest, _ place: ResourcePlace) {
        let words = AccessWords(refusal, place)
        let service = SignedService(of: request)
        switch service {
        case .cloudWatch:
            CloudWatchWire(of: request).send(
                CloudWatchFailure(
                    type: words.type, queryCode: words.queryCode, status: words.status, message: words.message), self)
        case .dynamoDB, .logs, .queues:
            let error = words.error(of: service)
            if request.isForm {
                send(words.status, xml: XMLAnswer.failure(error, requestID: requestID))
            } else {
                send(error, request.jsonType ?? HTTPRequest.usualJSONType)
            }
        case .functions, .pipes, .control, .metrics, .unknown:
            var (status, type, message) = (HTTPResponseStatus.forbidden, words.type, words.message)
            if case .heldUp = refusal {
                status = .tooManyRequests
                if service == .functions { type = "TooManyRequestsException" }
            }
            if case .signature(.missing) = refusal { message = "Missing Authentication Token" }
            send(status, errorType: type, message: message)
        }
    }
}
