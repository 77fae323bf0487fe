import Foundation
import Items
import Synchronization
import Testing

extension EndToEnd {
    /// Kill -9 under writes of every kind, again and again, on one data folder: every answered write is there with its stream
    /// record and index entries, and no write is there in part. `SLUICE_KILLS` says how often; `make test-all` takes fifty.
    @Suite struct KillTests {
        private static let rounds = ProcessInfo.processInfo.environment["SLUICE_KILLS"].flatMap { Int($0) } ?? 3
        private static let writers = 8

        private static let template = """
            Resources:
              Orders:
                Type: AWS::DynamoDB::Table
                Properties:
                  TableName: Orders
                  BillingMode: PAY_PER_REQUEST
                  AttributeDefinitions:
                    - {AttributeName: orderId, AttributeType: S}
                    - {AttributeName: customerId, AttributeType: S}
                  KeySchema: [{AttributeName: orderId, KeyType: HASH}]
                  GlobalSecondaryIndexes:
                    - IndexName: byCustomer
                      KeySchema: [{AttributeName: customerId, KeyType: HASH}]
                      Projection: {ProjectionType: ALL}
                  StreamSpecification: {StreamViewType: NEW_AND_OLD_IMAGES}
            """

        @Test func everyAnsweredWriteSurvivesWholeAndNoneInPart() async throws {
            let scratch = try Scratch()
            let data = scratch.path("data")
            let template = try scratch.write("orders.yaml", Self.template)
            let ledger = Ledger()
            for round in 0..<Self.rounds {
                let engine = try await RunningSluice.start(
                    data: data, scratch: scratch, arguments: ["--template", template])
                let target = ledger.answeredCount + Int.random(in: 20...200)
                await withTaskGroup(of: Void.self) { group in
                    for writer in 0..<Self.writers {
                        group.addTask { await Self.write(engine, "\(round)-\(writer)", customer: "c\(writer)", ledger) }
                    }
                    while ledger.answeredCount < target { try? await Task.sleep(for: .milliseconds(1)) }
                    await engine.command.kill()
                }
                // The dead engine's folder, before anybody repairs anything.
                let check = try await Command.run(["data", "check", "--data", data, "--json"], scratch: scratch)
                #expect(check.status == 0, "round \(round): \(check.output)\(check.errors)")
            }
            let engine = try await RunningSluice.start(
                data: data, scratch: scratch, arguments: ["--template", template])
            try await Self.verify(engine, ledger.state)
            _ = await engine.stop()
        }

        // MARK: Writing

        /// Writes until the engine does not answer any more.
        private static func write(
            _ engine: RunningSluice, _ name: String, customer: String, _ ledger: Ledger
        ) async {
            func item(_ id: String) -> String {
                #"{"orderId":{"S":"\#(id)"},"customerId":{"S":"\#(customer)"},"status":{"S":"pending"},"pad":{"S":"\#(String(repeating: "x", count: 300))"}}"#
            }
            func answered(_ operation: String, _ body: String) async -> Bool {
                guard let answer = try? await engine.send(operation, body) else { return false }
                if answer.status != 200 { Issue.record("\(operation): \(answer.body)") }
                return answer.status == 200
            }
            for number in 0... {
                let id = "\(name)-\(number)"
                guard await answered("PutItem", #"{"TableName":"Orders","Item":\#(item(id))}"#) else { return }
                ledger.answered { $0.pending.insert(id) }
                let update =
                    #"{"TableName":"Orders","Key":{"orderId":{"S":"\#(id)"}},"UpdateExpression":"SET #s = :s","#
                    + ##""ExpressionAttributeNames":{"#s":"status"},"ExpressionAttributeValues":{":s":{"S":"shipped"}}}"##
                guard await answered("UpdateItem", update) else { return }
                ledger.answered { $0.shipped.insert(id) }
                let pair = ["\(id)a", "\(id)b"]
                ledger.attempted(pair)
                let puts = pair.map { #"{"Put":{"TableName":"Orders","Item":\#(item($0))}}"# }.joined(separator: ",")
                guard await answered("TransactWriteItems", #"{"TransactItems":[\#(puts)]}"#) else { return }
                ledger.answered { $0.pending.formUnion(pair) }
                let batch = (0..<3).map { "\(id)-\($0)" }
                let requests = batch.map { #"{"PutRequest":{"Item":\#(item($0))}}"# }.joined(separator: ",")
                guard await answered("BatchWriteItem", #"{"RequestItems":{"Orders":[\#(requests)]}}"#) else { return }
                ledger.answered { $0.pending.formUnion(batch) }
            }
        }

        // MARK: Verifying

        private static func verify(_ engine: RunningSluice, _ ledger: Ledger.State) async throws {
            let items = try await scan(engine)
            for id in ledger.pending { #expect(items[id] != nil, "the order \(id) is missing") }
            for id in ledger.shipped { #expect(items[id]?["status"] == .string("shipped"), "\(id) lost its update") }
            for pair in ledger.pairs {
                #expect((items[pair[0]] == nil) == (items[pair[1]] == nil), "half of the transaction \(pair) is there")
            }
            for writer in 0..<writers {
                let customer = "c\(writer)"
                let indexed = try await query(engine, customer: customer)
                let expected = Set(items.filter { $0.value["customerId"] == .string(customer) }.keys)
                #expect(indexed == expected, "the index differs for \(customer)")
            }
            // The stream told again from its beginning gives the table.
            var told: [String: Item] = [:]
            for record in try await records(engine) {
                let id = record.dynamodb.keys["orderId"]?.string ?? ""
                #expect(told[id] == record.dynamodb.oldImage, "the stream skips a change of \(id)")
                told[id] = record.dynamodb.newImage
            }
            #expect(told == items)
            #expect(ledger.pending.count >= rounds * 10)
        }

        private struct ItemPage: Decodable {
            let Items: [Item]
            let LastEvaluatedKey: Item?
        }

        private static func pages(
            _ engine: RunningSluice, _ operation: String, _ parameters: String
        ) async throws -> [Item] {
            var items: [Item] = []
            var start = ""
            while true {
                let answer = try await engine.send(operation, #"{"TableName":"Orders"\#(parameters)\#(start)}"#)
                let page = try JSONDecoder().decode(ItemPage.self, from: Data(answer.body.utf8))
                items += page.Items
                guard let last = page.LastEvaluatedKey else { return items }
                start = #","ExclusiveStartKey":\#(String(decoding: last.json, as: UTF8.self))"#
            }
        }

        private static func scan(_ engine: RunningSluice) async throws -> [String: Item] {
            let items = try await pages(engine, "Scan", "")
            return Dictionary(uniqueKeysWithValues: items.map { ($0["orderId"]?.string ?? "", $0) })
        }

        private static func query(_ engine: RunningSluice, customer: String) async throws -> Set<String> {
            let items = try await pages(
                engine, "Query",
                #","IndexName":"byCustomer","KeyConditionExpression":"customerId = :c","ExpressionAttributeValues":{":c":{"S":"\#(customer)"}}"#
            )
            return Set(items.compactMap { $0["orderId"]?.string })
        }

        /// All records of all shards, parents before children.
        private static func records(_ engine: RunningSluice) async throws -> [Record] {
            struct Streams: Decodable {
                struct Stream: Decodable { let StreamArn: String }
                let Streams: [Stream]
            }
            struct Description: Decodable {
                struct Shard: Decodable { let ShardId: String }
                struct Stream: Decodable { let Shards: [Shard] }
                let StreamDescription: Stream
            }
            struct Iterator: Decodable { let ShardIterator: String }
            struct Page: Decodable {
                let Records: [Record]
                let NextShardIterator: String?
            }
            func ask<Answer: Decodable>(_ operation: String, _ body: String) async throws -> Answer {
                let answer = try await engine.send(operation, body, service: "DynamoDBStreams_20120810")
                return try JSONDecoder().decode(Answer.self, from: Data(answer.body.utf8))
            }
            let streams: Streams = try await ask("ListStreams", #"{"TableName":"Orders"}"#)
            let arn = try #require(streams.Streams.first).StreamArn
            let description: Description = try await ask("DescribeStream", #"{"StreamArn":"\#(arn)"}"#)
            var records: [Record] = []
            for shard in description.StreamDescription.Shards {
                let first: Iterator = try await ask(
                    "GetShardIterator",
                    #"{"StreamArn":"\#(arn)","ShardId":"\#(shard.ShardId)","ShardIteratorType":"TRIM_HORIZON"}"#)
                var next: String? = first.ShardIterator
                while let iterator = next {
                    let page: Page = try await ask("GetRecords", #"{"ShardIterator":"\#(iterator)"}"#)
                    records += page.Records
                    // Nobody writes any more: an empty page is the end.
                    next = page.Records.isEmpty ? nil : page.NextShardIterator
                }
            }
            return records
        }

        private struct Record: Decodable {
            let dynamodb: StreamRecord.Change
        }
    }
}

/// What the engine was asked, and what it answered.
private final class Ledger: Sendable {
    struct State {
        /// Orders whose writes were answered.
        var pending: Set<String> = []
        /// Orders whose updates were answered.
        var shipped: Set<String> = []
        /// Transactions that were sent.
        var pairs: [[String]] = []
        var answeredCount = 0
    }

    private let mutex = Mutex(State())

    var state: State { mutex.withLock { $0 } }
    var answeredCount: Int { mutex.withLock { $0.answeredCount } }

    func answered(_ note: @Sendable (inout State) -> Void) {
        mutex.withLock { state in
            state.answeredCount += 1
            note(&state)
        }
    }

    func attempted(_ pair: [String]) { mutex.withLock { $0.pairs.append(pair) } }
}
