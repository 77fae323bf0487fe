import AWSClient
import Foundation
import Items
import Testing

extension EndToEnd {
    /// Every call of `AWSClient` against the engine, which answers as AWS does.
    @Suite(.timeLimit(.minutes(3))) struct AWSClientCallTests {
        @Test func itemsAreWrittenReadAndGuarded() async throws {
            try await FunctionSide.with { engine, client in
                try await FunctionSide.makeTable("Things", engine)
                let key: Item = ["id": .string("1")]
                let item: Item = ["id": .string("1"), "cents": .number(Number(1_390)), "blob": .binary([0, 255])]
                #expect(try await client.getItem(tableName: "Things", key: key) == nil)
                try await client.putItem(
                    .init(tableName: "Things", item: item, condition: "attribute_not_exists(id)"))
                #expect(try await client.getItem(tableName: "Things", key: key, isConsistent: true) == item)
                let cents = try await client.getItem(
                    tableName: "Things", key: key, projection: "#c", names: ["#c": "cents"])
                #expect(cents == ["cents": .number(Number(1_390))])

                let refused = await #expect(throws: AWSError.self) {
                    try await client.putItem(
                        .init(
                            tableName: "Things", item: item,
                            condition: .init("attribute_not_exists(id)", returnsItemOnFailure: true)))
                }
                #expect(refused?.code == .conditionalCheckFailed)
                #expect(refused?.item == item)
                #expect(refused?.requestID?.isEmpty == false)

                let updated = try await client.updateItem(
                    .init(
                        tableName: "Things", key: key, expression: "SET #c = #c + :more", condition: "#c = :old",
                        names: ["#c": "cents"],
                        values: [":more": .number(Number(10)), ":old": .number(Number(1_390))]),
                    returnValues: .updatedNew)
                #expect(updated == ["cents": .number(Number(1_400))])
                let deleted = try await client.deleteItem(.init(tableName: "Things", key: key), returnValues: .allOld)
                #expect(deleted?["cents"] == .number(Number(1_400)))
                #expect(try await client.getItem(tableName: "Things", key: key) == nil)

                let missing = await #expect(throws: AWSError.self) {
                    try await client.getItem(tableName: "None", key: key)
                }
                #expect(missing?.code == .resourceNotFound)
            }
        }

        @Test func aTransactionWritesAllOrNothing() async throws {
            try await FunctionSide.with { engine, client in
                try await FunctionSide.makeTable("Things", engine)
                let put = ItemWrite.put(
                    .init(
                        tableName: "Things", item: ["id": .string("1")],
                        condition: .init("attribute_not_exists(id)", returnsItemOnFailure: true)))
                let add = ItemWrite.update(
                    .init(
                        tableName: "Things", key: ["id": .string("sum")], expression: "ADD points :p",
                        values: [":p": .number(Number(5))]))
                try await client.transactWriteItems([put, add])
                let error = await #expect(throws: AWSError.self) { try await client.transactWriteItems([put, add]) }
                #expect(error?.code == .transactionCanceled)
                #expect(error?.cancellationReasons.map(\.code) == ["ConditionalCheckFailed", "None"])
                #expect(error?.cancellationReasons.first?.item == ["id": .string("1")])
                // The same token is the same transaction.
                for _ in 0..<2 { try await client.transactWriteItems([add], clientRequestToken: "once") }
                try await client.transactWriteItems([
                    .conditionCheck(
                        .init(tableName: "Things", key: ["id": .string("sum")], condition: "attribute_exists(points)")),
                    .delete(.init(tableName: "Things", key: ["id": .string("1")])),
                ])
                let sum = try await client.getItem(tableName: "Things", key: ["id": .string("sum")])
                #expect(sum?["points"] == .number(Number(10)))
                #expect(try await client.getItem(tableName: "Things", key: ["id": .string("1")]) == nil)
            }
        }

        @Test func aQueryIsReadPageByPage() async throws {
            try await FunctionSide.with { engine, client in
                try await FunctionSide.makeTable("Things", hasRange: true, engine)
                for at in 0..<5 {
                    try await client.putItem(
                        .init(tableName: "Things", item: ["id": .string("a"), "at": .number(Number(at))]))
                }
                var query = Query(
                    tableName: "Things", keyCondition: "id = :i", values: [":i": .string("a")], limit: 2,
                    isAscending: false)
                var times: [Int64?] = []
                repeat {
                    let page = try await client.query(query)
                    times += page.items.map { $0["at"]?.number?.int64 }
                    query.exclusiveStartKey = page.lastEvaluatedKey
                } while query.exclusiveStartKey != nil
                #expect(times == [4, 3, 2, 1, 0])
            }
        }

        @Test func messagesAreSentReceivedAndDeleted() async throws {
            try await FunctionSide.with { engine, client in
                let url = try await FunctionSide.makeQueue("jobs", engine, client)
                let attributes: [String: MessageAttributeValue] = [
                    "kind": .string("vip"), "cents": .number(5), "raw": .binary([1, 2]),
                ]
                let sent = try await client.sendMessage(.init(body: "\"ä\"\n", attributes: attributes), to: url)
                var messages = try await client.receiveMessage(
                    from: url, waitTimeSeconds: 5, visibilityTimeout: 60, systemAttributeNames: ["All"],
                    attributeNames: ["All"])
                var message = try #require(messages.first)
                #expect(message.messageID == sent.messageID)
                #expect(message.body == "\"ä\"\n")
                #expect(message.attributes == attributes)
                #expect(message.systemAttributes["ApproximateReceiveCount"] == "1")
                #expect(try await client.receiveMessage(from: url, waitTimeSeconds: 0).isEmpty)

                try await client.changeMessageVisibility(message.receiptHandle, of: url, timeoutSeconds: 0)
                messages = try await client.receiveMessage(
                    from: url, waitTimeSeconds: 5, systemAttributeNames: ["ApproximateReceiveCount"])
                message = try #require(messages.first)
                #expect(message.systemAttributes == ["ApproximateReceiveCount": "2"])
                // The port in a queue's URL may be an old one.
                try await client.deleteMessage(
                    message.receiptHandle, from: "http://127.0.0.1:1/000000000000/jobs")

                let batch = try await client.sendMessageBatch(
                    [.init(body: "a"), .init(body: ""), .init(body: "c")], to: url)
                #expect(batch.successes.map(\.index) == [0, 2])
                #expect(batch.failures.map(\.index) == [1])
                #expect(batch.failures.map(\.isSenderFault) == [true])
                messages = try await client.receiveMessage(from: url, waitTimeSeconds: 5)
                let deleted = try await client.deleteMessageBatch(messages.map(\.receiptHandle), from: url)
                #expect(deleted.successes.count == 2)
                #expect(deleted.failures.isEmpty)

                let missing = await #expect(throws: AWSError.self) { try await client.getQueueURL(of: "none") }
                #expect(missing?.code == .queueDoesNotExist)
            }
        }

        @Test func aFIFOQueueTakesEachMessageOnceAndInOrder() async throws {
            try await FunctionSide.with { engine, client in
                let url = try await FunctionSide.makeQueue(
                    "jobs.fifo", attributes: #"{"FifoQueue":"true"}"#, engine, client)
                for body in ["1", "2", "1"] {
                    let sent = try await client.sendMessage(
                        .init(body: body, groupID: "o-1", deduplicationID: body), to: url)
                    #expect(sent.sequenceNumber != nil)
                }
                let messages = try await client.receiveMessage(
                    from: url, waitTimeSeconds: 5, systemAttributeNames: ["MessageGroupId"])
                #expect(messages.map(\.body) == ["1", "2"])
                #expect(messages.first?.systemAttributes == ["MessageGroupId": "o-1"])
            }
        }
    }
}
