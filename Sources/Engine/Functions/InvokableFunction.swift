import Functions

/// A function as the engine calls it: the local one itself, or one with faults before it.
protocol InvokableFunction: Sendable {
    /// Calls the function with an event and waits for its answer. What the function does wrong is in the result.
    ///
    /// - Throws: `FunctionError` when the function never got the event.
    func invoke(_ payload: [UInt8]) async throws -> InvocationResult
}

extension LocalFunction: InvokableFunction {}

/// Whichever function has a name at the moment of the call.
struct NamedFunction: InvokableFunction {
    let name: String
    let functions: RunningFunctions

    func invoke(_ payload: [UInt8]) async throws -> InvocationResult {
        while true {
            guard let function = functions[name] else { throw unknown }
            do {
                return try await function.invokable.invoke(payload)
            } catch let error as FunctionError where error.code == .stopping {
                // One that was put in its place takes the event.
                if functions[name]?.local === function.local { throw error }
            }
        }
    }

    private var unknown: FunctionError {
        FunctionError(.unknown, "There is no function \(name) any more; create it, or give the caller another one.")
    }
}
