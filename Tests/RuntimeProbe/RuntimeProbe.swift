import Foundation
import LambdaRuntime
import Logging

/// A function that does what its event says: what the tests of `LambdaRuntime` run as a process.
@main
struct RuntimeProbe {
    static func main() async {
        let runtime = LambdaRuntime(
            onShutdown: { print("the hook ran") },
            initialize: {
                if ProcessInfo.processInfo.environment["PROBE_CANNOT_START"] != nil {
                    throw ProbeRefusal(description: "no table")
                }
                return ProbeHandler()
            })
        await runtime.run()
    }
}

struct ProbeEvent: Decodable, Sendable {
    enum Action: String, Decodable, Sendable {
        case describe, refuse, print, log, waitForInput
    }

    let action: Action
}

struct ProbeAnswer: Encodable, Sendable {
    var requestID: String
    var functionARN: String
    var traceID: String?
    var remainingMilliseconds: Int64
}

struct ProbeRefusal: Error, CustomStringConvertible {
    let description: String
}

struct ProbeHandler: LambdaHandler {
    func handle(_ event: ProbeEvent, context: LambdaContext) async throws -> ProbeAnswer {
        switch event.action {
        case .describe: break
        case .refuse: throw ProbeRefusal(description: "not this one")
        case .print: print("no end of line", terminator: "")
        case .log: context.logger.debug("seen", metadata: ["eventID": "e-1"])
        case .waitForInput:
            // Behind the runtime's own, so that it has been told when this is.
            let source = DispatchSource.makeSignalSource(signal: SIGTERM, queue: .global())
            source.setEventHandler { print("told to end") }
            // A signal before this one is registered would be the runtime's alone.
            await withCheckedContinuation { continuation in
                source.setRegistrationHandler { continuation.resume() }
                source.resume()
            }
            print("waiting")
            _ = readLine()
            source.cancel()
        }
        return ProbeAnswer(
            requestID: context.requestID, functionARN: context.invokedFunctionARN,
            traceID: ProcessInfo.processInfo.environment["_X_AMZN_TRACE_ID"],
            remainingMilliseconds: Int64(context.remainingTime.components.seconds * 1_000))
    }
}
