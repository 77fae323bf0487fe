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
        let call: CloudWatchWire.Request
        do { call = try CloudWatchWire.read(request) } catch {
            return CloudWatchWire(of: request).send(error, answer)
        }
        // A form is the one of the three that any web page can send.
        guard call.wire != .query || Self.isWelcome(request, answer.visitor) else {
            let failure = CloudWatchFailure(
                type: "MissingAuthenticationToken", queryCode: "MissingAuthenticationToken", status: 403,
                message: "Request is missing Authentication Token")
            return call.wire.send(failure, answer)
        }
        guard allows(NeededRights.ofCloudWatch(call.operation, call.parameters), request, answer) else { return }
        let (operations, logger) = (cloudWatch, logger)
        // The border to callback code.
        Task {
            do {
                let result = try await operations.answer(call.operation, MetricParameters(call.parameters))
                call.wire.send(result, of: call.operation, answer)
            } catch {
                let failure = CloudWatchFailure(of: error)
                if !failure.isClients {
                    logger.error(
                        "a request failed", metadata: ["operation": "\(call.operation)", "error": "\(error)"])
                }
                call.wire.send(failure, answer)
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
