/// The operators that stand as a key inside a field's array. The raw value is how messages name it.
enum Operator: String, Hashable, Sendable {
    case exactly
    case prefix
    case prefixIgnoringCase = "prefix/equals-ignore-case"
    case suffix
    case suffixIgnoringCase = "suffix/equals-ignore-case"
    case equalsIgnoringCase = "equals-ignore-case"
    case anythingBut = "anything-but"
    case anythingButPrefix = "anything-but/prefix"
    case anythingButSuffix = "anything-but/suffix"
    case anythingButIgnoringCase = "anything-but/equals-ignore-case"
    case anythingButWildcard = "anything-but/wildcard"
    case numeric
    case exists
    case cidr
    case wildcard

    /// Those that stand in a field's array themselves and are in AWS's documentation.
    static let outermost: [Operator] = [
        .prefix, .suffix, .equalsIgnoringCase, .anythingBut, .numeric, .exists, .cidr, .wildcard,
    ]

    /// What an event bus has and a pipe has not. `exactly` is in no AWS page, only in the engine.
    static let busOnly: Set<Operator> = [
        .exactly, .anythingButPrefix, .anythingButSuffix, .anythingButIgnoringCase, .anythingButWildcard, .wildcard,
    ]

    /// What to write instead where the operator is refused.
    var repair: String {
        switch self {
        case .exactly:
            "write the plain string in the array"
        case .wildcard:
            "use prefix or suffix, or compare an attribute that the writer derives"
        case .anythingButPrefix, .anythingButSuffix, .anythingButWildcard:
            "list whole values with anything-but, for example of an attribute that the writer derives "
                + "(an e-mail address's domain)"
        case .anythingButIgnoringCase:
            "list every spelling with anything-but, or compare an attribute that the writer stores in one case"
        default:
            "leave it out"
        }
    }
}
