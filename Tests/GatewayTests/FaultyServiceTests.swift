import Clocks
import Synchronization
import Testing

@testable import Gateway

/// Faults in the order of a list, and what was asked for.
final class ListedFaults: RequestFaults {
    struct Question: Hashable {
        let tables: [String]
        let isWrite: Bool
    }

    private let rest: Mutex<[RequestFault?]>
    private let asked = Mutex<[Question]>([])

    init(_ faults: [RequestFault?]) { rest = Mutex(faults) }

    var questions: [Question] { asked.withLock { $0 } }

    func fault(tables: [String], isWrite: Bool) -> RequestFault? {
        asked.withLock { $0.append(Question(tables: tables, isWrite: isWrite)) }
        return rest.withLock { $0.isEmpty ? nil : $0.removeFirst() }
    }
}

@Suite struct FaultyServiceTests {
    private static let put = #"{"TableName":"Orders","Item":{"pk":{"S":"a"},"n":{"N":"1"}}}"#
    private static let get = #"{"TableName":"Orders","Key":{"pk":{"S":"a"},"n":{"N":"1"}}}"#

    private static let throttled =
        #"{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"#
        + #""The level of configured provisioned throughput for the table was exceeded. Consider increasing your "#
        + #"provisioning level with the UpdateTable API."}"#
    private static let failed =
        #"{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError","message":"Internal server error"}"#

    @Test func whatIsRefusedHasNotHappened() async throws {
        let service = try await OpenService(faults: ListedFaults([.throttled, .failed]))
        try await service.createOrders()
        #expect(try await service.call("PutItem", Self.put) == Self.throttled)
        #expect(try await service.call("PutItem", Self.put) == Self.failed)
        #expect(try await service.call("GetItem", Self.get) == "{}")
        #expect(FaultyService.throttled.kind.status == 400)
        #expect(FaultyService.failed.kind.status == 500)
    }

    @Test func anAnswerThatIsLostHasHappened() async throws {
        let service = try await OpenService(faults: ListedFaults([.answerLost]))
        try await service.createOrders()
        #expect(try await service.call("PutItem", Self.put) == Self.failed)
        #expect(member(try await service.call("GetItem", Self.get), "Item", "pk", "S") == "a")
    }

    @Test(.timeLimit(.minutes(1))) func aSlowAnswerComesWhenTheClockSaysSo() async throws {
        let service = try await OpenService(faults: ListedFaults([.slow(.seconds(3)), nil]))
        try await service.createOrders()
        async let slow = service.call("PutItem", Self.put)
        while service.time.sleeperCount == 0 { await Task.yield() }
        #expect(member(try await service.call("GetItem", Self.get), "Item", "pk", "S") == "a")
        #expect(service.time.sleeperCount == 1)
        service.time.advance(by: .seconds(3))
        #expect(try await slow == "{}")
    }

    @Test func onlyRequestsForItemsAreAskedAbout() async throws {
        let faults = ListedFaults([])
        let service = try await OpenService(faults: faults)
        try await service.createOrders()
        _ = try await service.call("ListTables")
        _ = try await service.callStreams("ListStreams")
        #expect(faults.questions == [])
        _ = try await service.call("GetItem", Self.get)
        #expect(faults.questions == [.init(tables: ["Orders"], isWrite: false)])
    }

    @Test(arguments: [
        (ItemOperation.putItem, put, ["Orders"], true),
        (.updateItem, get, ["Orders"], true),
        (.deleteItem, #"{"TableName":"arn:aws:dynamodb:eu-west-1:123456789012:table/Orders"}"#, ["Orders"], true),
        (.getItem, get, ["Orders"], false),
        (.query, #"{"TableName":"Orders","KeyConditionExpression":"pk = :p"}"#, ["Orders"], false),
        (.scan, #"{"TableName":"Orders"}"#, ["Orders"], false),
        (.batchGetItem, #"{"RequestItems":{"B":{"Keys":[]},"A":{"Keys":[]}}}"#, ["A", "B"], false),
        (.batchWriteItem, #"{"RequestItems":{"A":[{"PutRequest":{"Item":{}}}]}}"#, ["A"], true),
        (
            .transactWriteItems,
            #"{"TransactItems":[{"Put":{"TableName":"A","Item":{}}},{"Delete":{"TableName":"B"}},{"Put":{"TableName":"A"}}]}"#,
            ["A", "B"], true
        ),
        (.transactGetItems, #"{"TransactItems":[{"Get":{"TableName":"A"}}]}"#, ["A"], false),
        (.executeStatement, ##"{"Statement":"SELECT * FROM \"A-1\""}"##, ["A-1"], false),
        (
            .executeStatement, #"{"Statement":"DELETE FROM A WHERE pk = ?","Parameters":[{"S":"x"}]}"#, ["A"], true
        ),
        (.executeStatement, #"{"Statement":"nonsense"}"#, [], false),
        (.putItem, "{", [], true),
        (.putItem, #"{"TableName":7}"#, [], true),
        (.putItem, #"{"TableName":null}"#, [], true),
        // Only what the operation itself looks at.
        (.putItem, #"{"RequestItems":{"A":[]},"TransactItems":[{"Put":{"TableName":"B"}}]}"#, [], true),
        (.batchGetItem, #"{"TableName":"A","TransactItems":[{"Get":{"TableName":"B"}}]}"#, [], false),
        (
            .transactWriteItems,
            #"{"TransactItems":[{"Other":[1],"Put":{"Item":{"TableName":{"S":"B"}},"TableName":"A"}}]}"#, ["A"], true
        ),
        (.batchWriteItem, #"{"RequestItems":{"A":[]"#, [], true),
    ])
    func subject(_ operation: ItemOperation, _ body: String, _ tables: [String], _ isWrite: Bool) {
        let subject = RequestSubject(operation, body: Array(body.utf8))
        #expect(subject.tables == tables)
        #expect(subject.isWrite == isWrite)
    }

    /// More than any request may have: whoever looks for them may keep everyone's writes waiting.
    @Test(.timeLimit(.minutes(1)), arguments: [ItemOperation.batchGetItem, .transactGetItems])
    func ofManyTablesTheFirstAreNamed(_ operation: ItemOperation) {
        let names = (0..<100_000).map { "table-\($0)" }
        let (start, end, parts) =
            operation == .batchGetItem
            ? (#"{"RequestItems":{"#, "}}", names.map { #""\#($0)":{}"# })
            : (#"{"TransactItems":["#, "]}", names.map { #"{"Get":{"TableName":"\#($0)"}}"# })
        let body = start + parts.joined(separator: ",") + end
        let tables = RequestSubject(operation, body: Array(body.utf8)).tables
        #expect(tables.sorted() == names.prefix(100).sorted())
    }
}
