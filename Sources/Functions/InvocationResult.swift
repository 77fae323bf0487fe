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
    /// The last 4 KB of what the function's log got for this invocation.
    public var logTail: [UInt8] = []

    /// A failure, with the body that Lambda gives it.
    public static func failure(
        requestID: String, type: String, message: String, handedOverAt: Timestamp?
    ) -> InvocationResult {
        InvocationResult(
            requestID: requestID, payload: errorBody(type: type, message: message), functionError: "Unhandled",
            handedOverAt: handedOverAt)
    }

    /// The JSON that Lambda gives for an error.
    static func errorBody(type: String, message: String) -> [UInt8] {
        struct Body: Encodable {
            let errorMessage: String
            let errorType: String
        }
        let encoder = JSONEncoder()
        // Sorted: without it the order of the members changes from one process to the next.
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Two strings: encoding cannot fail.
        return Array(try! encoder.encode(Body(errorMessage: message, errorType: type)))
    }
}
