import Clocks
import Faults
import Functions

/// A function whose calls go wrong now and then. All but `throttle` and `error` call the real one.
struct FaultyFunction: InvokableFunction {
    let function: LocalFunction
    let injector: FaultInjector
    /// By which slow answers are slow.
    let time: any TimeSource

    func invoke(_ payload: [UInt8]) async throws -> InvocationResult {
        guard let rule = injector.draw(.function, [function.configuration.name], .invocation) else {
            return try await function.invoke(payload)
        }
        switch rule.fault {
        case .throttle: throw FunctionError(.throttled, injector.reason(rule))
        case .error: return failure(rule)
        case .slow:
            let result = try await function.invoke(payload)
            // Only an end without grace cuts the wait short; the answer is there.
            try? await time.sleep(for: rule.delay)
            return result
        case .crash: return try await function.invoke(payload, killedAfter: rule.delay)
        case .lostAnswer:
            let result = try await function.invoke(payload)
            return failure(rule, of: result)
        case .duplicateDelivery:
            let first = try await function.invoke(payload)
            // As if the first answer had been lost on its way: the second one counts.
            var second = try await function.invoke(payload)
            second.handedOverAt = first.handedOverAt
            return second
        case .storageError: preconditionFailure("a function has no fault storageError")
        }
    }

    /// A function's error with the fault's words, in place of what it gave back.
    private func failure(_ rule: FaultRule, of result: InvocationResult? = nil) -> InvocationResult {
        .failure(
            requestID: result?.requestID ?? "", type: "InjectedFault", message: injector.reason(rule),
            handedOverAt: result?.handedOverAt)
    }
}
