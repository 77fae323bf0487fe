import Functions

/// A function as the engine calls it: the local one itself, or one with faults before it.
protocol InvokableFunction: Sendable {
    var configuration: FunctionConfiguration { get }
    /// Calls the function with an event and waits for its answer. What the function does wrong is in the result.
    ///
    /// - Throws: `FunctionError` when the function never got the event.
    func invoke(_ payload: [UInt8]) async throws -> InvocationResult
}

extension LocalFunction: InvokableFunction {}
