public import Clocks
import Foundation

/// What an invocation gave back.
public struct InvocationResult: Sendable {
    public var requestID: String
    /// The function's answer, or for a failure the object with `errorMessage` and `errorType`.
    public var payload: [UInt8]
    /// Nil for success; otherwise `Unhandled`, as in the header `X-Amz-Function-Error`.
    public var functionError: String?
    /// When the process had the event; nil when it never got it.
    public var handedOverAt: Timestamp?

    /// A failure, with the body that Lambda gives it.
    public static func failure(
        requestID: String, type: String, message: String, handedOverAt: Timestamp?
    ) -> InvocationResult {
        struct Body: Encodable {
            let errorMessage: String
            let errorType: String
        }
        // Two strings: encoding cannot fail.
        let body = try! JSONEncoder().encode(Body(errorMessage: message, errorType: type))
        return InvocationResult(
            requestID: requestID, payload: Array(body), functionError: "Unhandled", handedOverAt: handedOverAt)
    }
}
