import Foundation

/// Answers events as bytes: no coder stands between the service and the handler.
public protocol LambdaByteHandler: Sendable {
    /// - Returns: JSON.
    /// - Throws: what fails the invocation; its type and its description are reported.
    func handle(_ event: [UInt8], context: LambdaContext) async throws -> [UInt8]
}

/// Answers events that `JSONDecoder` reads.
public protocol LambdaHandler<Event, Output>: LambdaByteHandler {
    associatedtype Event: Decodable & Sendable
    associatedtype Output: Encodable & Sendable

    func handle(_ event: Event, context: LambdaContext) async throws -> Output
}

extension LambdaHandler {
    public func handle(_ event: [UInt8], context: LambdaContext) async throws -> [UInt8] {
        let event = try JSONDecoder().decode(Event.self, from: Data(event))
        return Array(try JSONEncoder().encode(try await handle(event, context: context)))
    }
}

/// A closure as a handler.
struct ClosureHandler<Event: Decodable & Sendable, Output: Encodable & Sendable>: LambdaHandler {
    let body: @Sendable (Event, LambdaContext) async throws -> Output

    func handle(_ event: Event, context: LambdaContext) async throws -> Output { try await body(event, context) }
}

/// A closure over bytes as a handler.
struct ByteClosureHandler: LambdaByteHandler {
    let body: @Sendable ([UInt8], LambdaContext) async throws -> [UInt8]

    func handle(_ event: [UInt8], context: LambdaContext) async throws -> [UInt8] { try await body(event, context) }
}
