import Clocks
import Tables

/// DynamoDB and DynamoDB Streams behind their JSON protocol: finds the operation and lets it answer.
struct DynamoDBService: Sendable {
    /// An operation's answer: the body, or what ``ServiceError`` tells of.
    typealias Completion = @Sendable (Result<[UInt8], any Error>) -> Void

    /// A request as an operation gets it.
    struct Request: Sendable {
        let body: [UInt8]
        /// What the client calls this server, with the port.
        let host: String
        /// Whether it came over TLS.
        var isSecure = false
        /// `X-Amzn-Trace-Id`, where the client sent one.
        var traceHeader: String?
        /// For what waits: see ``GatewayServer/respond(to:whenClientEnds:reply:)``.
        var whenClientEnds: GatewayServer.ClientEnd = { _ in }
        /// Nil where nothing is counted.
        var account: RequestAccount?
    }

    /// How an operation answers.
    enum Handler: Sendable {
        /// Starts on the connection's thread, in which it must not wait, and answers from wherever it gets the result.
        case direct(@Sendable (DynamoDBService, Request, @escaping Completion) -> Void)
        /// Answers from a task, in which it may wait for the disk.
        case task(@Sendable (DynamoDBService, Request) async throws -> [UInt8])
    }

    let items: ItemOperations
    let tables: TableOperations
    let streams: StreamOperations
    let time: any TimeSource

    init(tables: TableStore, time: any TimeSource) {
        items = ItemOperations(store: tables)
        self.tables = TableOperations(tables: tables)
        streams = StreamOperations(tables: tables)
        self.time = time
    }

    /// Answers one request, once, on any thread.
    func answer(_ target: RequestTarget, _ request: Request, _ completion: @escaping Completion) {
        switch Self.operations[target] {
        case .direct(let start): start(self, request, completion)
        case .task(let operation):
            // The border to callback code. It is not cancelled when the client goes away: what is written is written.
            Task {
                do {
                    completion(.success(try await operation(self, request)))
                } catch {
                    completion(.failure(error))
                }
            }
        case nil: completion(.failure(ServiceError(.unknownOperation, nil)))
        }
    }

    /// All operations. What is not among them is refused in AWS's words.
    static let operations: [RequestTarget: Handler] = {
        let dynamoDB = itemOperations.merging(tableOperations) { item, _ in item }
        return Dictionary(
            uniqueKeysWithValues: dynamoDB.map { (RequestTarget(.dynamoDB, $0.key), $0.value) }
                + streamOperations.map { (RequestTarget(.streams, $0.key), $0.value) })
    }()

    private static let tableOperations: [String: Handler] = [
        "CreateTable": .task { try await $0.tables.createTable($1.body) },
        "DeleteTable": .task { try await $0.tables.deleteTable($1.body) },
        "DescribeContinuousBackups": .task { try $0.tables.describeContinuousBackups($1.body, now: $0.time.now()) },
        "DescribeEndpoints": .task { $0.tables.describeEndpoints(host: $1.host) },
        "DescribeLimits": .task { service, _ in service.tables.describeLimits() },
        "DescribeTable": .task { try $0.tables.describeTable($1.body) },
        "DescribeTimeToLive": .task { try $0.tables.describeTimeToLive($1.body) },
        "ListTables": .task { try $0.tables.listTables($1.body) },
        "ListTagsOfResource": .task { try $0.tables.listTagsOfResource($1.body) },
        "TagResource": .task { try await $0.tables.tagResource($1.body) },
        "UntagResource": .task { try await $0.tables.untagResource($1.body) },
        "UpdateContinuousBackups": .task {
            try await $0.tables.updateContinuousBackups($1.body, now: $0.time.now())
        },
        "UpdateTable": .task { try await $0.tables.updateTable($1.body) },
        "UpdateTimeToLive": .task { try await $0.tables.updateTimeToLive($1.body) },
    ]

    private static let streamOperations: [String: Handler] = [
        "DescribeStream": .task { try $0.streams.describeStream($1.body) },
        "GetRecords": .task { try $0.streams.getRecords($1.body, $1.account) },
        "GetShardIterator": .task { try $0.streams.getShardIterator($1.body) },
        "ListStreams": .task { try $0.streams.listStreams($1.body) },
    ]
}
