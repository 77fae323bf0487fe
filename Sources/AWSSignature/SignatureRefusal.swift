/// Why a signed request is refused. The texts are AWS's own, where AWS has any.
public enum SignatureRefusal: Error, Sendable, Hashable {
    /// Neither an `Authorization` header nor a signature in the query.
    case missing
    /// What is there is no whole signature of version 4: AWS's IncompleteSignature.
    case incomplete(String)
    /// A signature for something else, too old, or not over what it must be over: AWS's SignatureDoesNotMatch and
    /// InvalidSignatureException.
    case invalid(String)
    /// Nobody has this access key id, or not with this session token.
    case unknownAccessKey
    /// Another secret, or a request that was changed on its way.
    case mismatch

    /// What the one who asked is told.
    public var message: String {
        switch self {
        case .missing: "Request is missing Authentication Token"
        case .incomplete(let text), .invalid(let text): text
        case .unknownAccessKey: "The security token included in the request is invalid."
        case .mismatch:
            "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access "
                + "Key and signing method. Consult the service documentation for details."
        }
    }
}
