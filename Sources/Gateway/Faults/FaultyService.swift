import Clocks
import Items

/// A ``DynamoDBService`` with faults before and behind it. Requests that are not for items pass untouched.
struct FaultyService: Sendable {
    /// DynamoDB's words.
    static let throttled = ServiceError(
        .provisionedThroughputExceeded,
        "The level of configured provisioned throughput for the table was exceeded. Consider increasing your "
            + "provisioning level with the UpdateTable API.")
    static let failed = ServiceError(.internalServerError, "Internal server error")

    let service: DynamoDBService
    let faults: any RequestFaults
    let time: any TimeSource

    func answer(
        _ target: RequestTarget, _ request: DynamoDBService.Request,
        _ completion: @escaping DynamoDBService.Completion
    ) {
        guard target.service == .dynamoDB, let operation = ItemOperation(rawValue: target.operation) else {
            return service.answer(target, request, completion)
        }
        let subject = RequestSubject(operation, body: request.body)
        switch faults.fault(tables: subject.tables, isWrite: subject.isWrite) {
        case nil: service.answer(target, request, completion)
        case .throttled: completion(.failure(Self.throttled))
        case .failed: completion(.failure(Self.failed))
        case .answerLost: service.answer(target, request) { _ in completion(.failure(Self.failed)) }
        case .slow(let delay):
            service.answer(target, request) { [time] result in
                // The border to callback code.
                Task {
                    try? await time.sleep(for: delay)
                    completion(result)
                }
            }
        }
    }
}
