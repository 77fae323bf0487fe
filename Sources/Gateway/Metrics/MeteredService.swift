import Clocks
import Tables

/// DynamoDB's service, with the faults before it, whose requests are counted.
struct MeteredService: Sendable {
    let metrics: TableMetrics
    let tables: TableStore
    let time: any TimeSource
    let service: GatewayServer.Service

    func answer(
        _ target: RequestTarget, _ request: DynamoDBService.Request,
        _ completion: @escaping DynamoDBService.Completion
    ) {
        var request = request
        let (account, body, start) = (RequestAccount(metrics, operation: target.operation), request.body, time.now())
        request.account = account
        service(target, request) { result in
            switch result {
            case .success:
                // Not below zero, also where the clock was set back.
                account.succeeded(after: max(.zero, time.now() - start))
                completion(result)
            case .failure(let error):
                let error = ServiceError(error)
                fail(account, error.kind, body)
                completion(.failure(error))
            }
        }
    }

    private func fail(_ account: RequestAccount, _ kind: ServiceError.Kind, _ body: [UInt8]) {
        var (tables, isWrite) = (account.tables, false)
        // Only what was throttled or broke is read once more to learn what it was about: few requests are.
        if kind.status >= 500 || kind.isRetryable, let operation = ItemOperation(rawValue: account.operation) {
            let subject = RequestSubject(operation, body: body)
            isWrite = subject.isWrite
            // A name that is no table's makes no metric: clients could make any number.
            if tables.isEmpty { tables = subject.tables.filter { (try? self.tables.table($0)) != nil } }
        }
        account.failed(kind, isWrite: isWrite, tables: tables)
    }
}
