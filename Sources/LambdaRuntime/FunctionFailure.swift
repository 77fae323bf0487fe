/// What Lambda wants to know of a failure: of an invocation, or of the start.
struct FunctionFailure: Encodable, Sendable {
    let errorMessage: String
    /// The error's type, as Swift names it.
    let errorType: String
    let stackTrace: [String]

    init(_ error: any Error) {
        errorMessage = "\(error)"
        errorType = "\(type(of: error))"
        stackTrace = []
    }

    /// `category.reason`, as the Runtime API recommends for its header: letters, digits and what Swift's names of types
    /// have beside them, for a header holds no other.
    func headerValue(category: String) -> String {
        let reason = errorType.unicodeScalars.filter { $0.isASCII && $0.value > 0x20 && $0.value < 0x7F }
        return "\(category).\(String(String.UnicodeScalarView(reason)))"
    }
}
