/// What the gateway asks of the engine that it stands before.
public protocol EngineControl: Sendable {
    /// The JSON at `GET /_sluice/PATH`; nil when there is no such path.
    ///
    /// - Throws: ``ControlError`` for what the client can mend.
    func report(_ path: [String]) async throws -> [UInt8]?
    /// Does what `POST /_sluice/PATH` asks for and returns the JSON of its answer; nil when there is no such path.
    ///
    /// - Throws: ``ControlError`` for what the client can mend.
    func perform(_ path: [String], _ body: [UInt8]) async throws -> [UInt8]?

    /// All pipes, in the order of their names.
    var pipes: [PipeDescription] { get throws }

    // What changes a pipe is stored when it returns, and done soon after. All throw ``PipeRefusal``.

    /// - Parameter settings: JSON of CreatePipe's body, its constraints checked.
    func createPipe(_ name: String, _ settings: [UInt8]) async throws -> PipeDescription
    /// - Parameter settings: JSON of UpdatePipe's body, its constraints checked.
    func updatePipe(_ name: String, _ settings: [UInt8]) async throws -> PipeDescription
    func deletePipe(_ name: String) async throws -> PipeDescription
    /// Sets a pipe's desired state.
    func setPipe(_ name: String, runs: Bool) async throws -> PipeDescription
    func tagPipe(_ name: String, adding: [String: String], removing: Set<String>) async throws

    /// All functions, in the order of their names.
    var functions: [FunctionDescription] { get }
    /// The ARN that a function of this name has, or would have.
    func functionARN(_ name: String) -> String
    // What changes a function is stored and done when it returns. All throw ``FunctionRefusal``.

    /// - Parameter zip: the code.
    func createFunction(_ name: String, _ settings: FunctionChange, zip: [UInt8]) async throws -> FunctionDescription
    func updateFunction(_ name: String, _ settings: FunctionChange) async throws -> FunctionDescription
    func updateFunctionCode(_ name: String, zip: [UInt8]) async throws -> FunctionDescription
    func deleteFunction(_ name: String) async throws

    /// Calls a function and waits for its answer.
    ///
    /// - Throws: ``FunctionRefusal``.
    func invoke(_ function: String, _ event: [UInt8], traceHeader: String?) async throws -> FunctionAnswer
    /// Accepts an event that nobody waits for.
    ///
    /// - Throws: ``FunctionRefusal``.
    func accept(_ function: String, _ event: [UInt8]) throws
}

/// A request to the engine that its sender can mend.
public struct ControlError: Error, Sendable, CustomStringConvertible {
    /// One sentence: the thing, the place, the remedy.
    public let description: String
    /// Whether it names something that is not there.
    public let isUnknown: Bool

    public init(_ description: String, isUnknown: Bool = false) {
        self.description = description
        self.isUnknown = isUnknown
    }
}
