import Alarms
import HTTPServing
import Logging
import MetricMath
import Monitoring
import NIOCore
import NIOHTTP1
import Storage
import Telemetry

extension GatewayServer {
    func respond(toCloudWatch request: HTTPRequest, _ answer: GatewayAnswer) {
        guard !request.isBodyTooLarge else { return answer.send(.payloadTooLarge, nil, .init()) }
        let wire = CloudWatchWire(of: request)
        guard Self.isWelcome(request, answer.visitor) else {
            let failure = CloudWatchFailure(
                type: "MissingAuthenticationToken", queryCode: "MissingAuthenticationToken", status: 403,
                message: "Request is missing Authentication Token")
            return wire.send(failure, answer)
        }
        let call: CloudWatchWire.Request
        do { call = try wire.read(request) } catch { return wire.send(error, answer) }
        guard allows(NeededRights.ofCloudWatch(call.operation, call.parameters), request, answer) else { return }
        let (operations, logger) = (cloudWatch, logger)
        // The border to callback code.
        Task {
            do {
                let result = try await operations.answer(call.operation, MetricParameters(call.parameters))
                wire.send(result, of: call.operation, answer)
            } catch {
                let failure = CloudWatchFailure(of: error)
                if !failure.isClients {
                    logger.error(
                        "a request failed", metadata: ["operation": "\(call.operation)", "error": "\(error)"])
                }
                wire.send(failure, answer)
            }
        }
    }
}

extension CloudWatchFailure {
    init(of error: any Error) {
        switch error {
        case let failure as CloudWatchFailure: self = failure
        case let error as AlarmError: self.init(error)
        case let error as MetricError: self.init(error)
        case let error as MathError: self.init(error)
        case let error as StorageError where error.code == .overloaded:
            self.init(
                type: "ThrottlingException", queryCode: "Throttling",
                message: "Rate of requests exceeds the allowed throughput.")
        case let error as TooManyAlarms:
            self.init(type: "LimitExceededFault", queryCode: "LimitExceeded", message: "\(error)")
        default: self = .internalFault("\(error)")
        }
    }
}
