import Foundation
import Gateway
import Items
import Queues
import Tables
import Testing

@testable import Engine

/// What the console asks of an engine.
@Suite(.timeLimit(.minutes(1))) struct ConsoleReportTests {
    private let house: PipelineHouse

    init() throws { house = try PipelineHouse() }

    /// Orders with a range key and an index by customer.
    private static let template = """
        Resources:
          Orders:
            Type: AWS::DynamoDB::Table
            Properties:
              TableName: Orders
              AttributeDefinitions:
                - {AttributeName: p, AttributeType: S}
                - {AttributeName: n, AttributeType: N}
                - {AttributeName: customer, AttributeType: S}
              KeySchema: [{AttributeName: p, KeyType: HASH}, {AttributeName: n, KeyType: RANGE}]
              GlobalSecondaryIndexes:
                - IndexName: by-customer
                  KeySchema: [{AttributeName: customer, KeyType: HASH}, {AttributeName: n, KeyType: RANGE}]
                  Projection: {ProjectionType: ALL}
              BillingMode: PAY_PER_REQUEST
        """

    private static func ask(_ engine: RunningEngine, _ path: String, _ body: String) async throws -> Any {
        let answer = try await ControlService(engine).perform(
            path.split(separator: "/").map(String.init), Array(body.utf8))
        return try JSONSerialization.jsonObject(with: Data(try #require(answer)))
    }

    private static func put(_ engine: RunningEngine, _ id: String, _ number: Int, _ customer: String, _ status: String)
        async throws
    {
        _ = try await engine.tables.table("Orders").put([
            "p": .string(id), "n": .number(Number(number)), "customer": .string(customer), "status": .string(status),
        ])
    }

    private struct Found: Equatable {
        var ids: [String]
        var lookedAt: Int
        var next: String?
    }

    private static func search(_ engine: RunningEngine, _ body: String) async throws -> Found {
        let page = try #require(try await ask(engine, "tables/Orders/search", body) as? [String: Any])
        let items = try #require(page["items"] as? [[String: [String: String]]])
        let next = try page["next"].map {
            String(decoding: try JSONSerialization.data(withJSONObject: $0), as: UTF8.self)
        }
        return Found(ids: items.map { $0["p"]!["S"]! }, lookedAt: page["lookedAt"] as! Int, next: next)
    }

    private static func searchAll(_ engine: RunningEngine, _ members: String) async throws -> [String] {
        var ids: [String] = []
        var after = ""
        while true {
            let page = try await search(engine, "{\(members)\(after)}")
            ids += page.ids
            guard let next = page.next else { return ids }
            after = #","after":\#(next)"#
        }
    }

    @Test func ordersAreFoundByTheBeginningOfTheirId() async throws {
        try await house.run(Self.template) { engine in
            for (index, id) in ["A", "A-1", "A-1", "A-10", "A-2", "A-", "B-1", "é-1"].enumerated() {
                try await Self.put(engine, id, index, "c", "pending")
            }
            #expect(try await Self.searchAll(engine, #""beginning":"A-1""#) == ["A-1", "A-1", "A-10"])
            #expect(try await Self.searchAll(engine, #""beginning":"A-1","limit":1"#) == ["A-1", "A-1", "A-10"])
            #expect(try await Self.searchAll(engine, #""beginning":"A""#).count == 6)
            #expect(try await Self.searchAll(engine, #""beginning":"é""#) == ["é-1"])
            #expect(try await Self.searchAll(engine, #""beginning":"\u0000""#).isEmpty)
            #expect(try await Self.searchAll(engine, #""beginning":"\ue000""#).isEmpty)
            #expect(try await Self.searchAll(engine, #""beginning":"a""#).isEmpty)
            #expect(try await Self.searchAll(engine, #""limit":3"#).count == 8)
        }
    }

    @Test func ordersAreFoundByCustomerNewestFirstAndByWhatElseTheyHave() async throws {
        try await house.run(Self.template) { engine in
            for number in 0..<40 {
                try await Self.put(
                    engine, "A-\(number)", number, "c\(number % 2)", number.isMultiple(of: 4) ? "shipped" : "pending")
            }
            let ofOne = (0..<20).reversed().map { "A-\($0 * 2)" }
            #expect(try await Self.searchAll(engine, #""equals":{"customer":"c0"},"limit":7"#) == ofOne)
            let shipped = try await Self.searchAll(
                engine, #""equals":{"customer":"c0","status":"shipped"},"limit":3"#)
            #expect(shipped == (0..<10).reversed().map { "A-\($0 * 4)" })
            let begins = try await Self.searchAll(engine, #""beginning":"A-3","equals":{"customer":"c1"}"#)
            #expect(begins == ["A-39", "A-37", "A-35", "A-33", "A-31", "A-3"])
            let all = try await Self.searchAll(engine, #""equals":{"status":"shipped"},"limit":4"#)
            #expect(Set(all) == Set((0..<10).map { "A-\($0 * 4)" }) && all.count == 10)
            #expect(try await Self.searchAll(engine, #""equals":{"status":""},"limit":40"#).count == 40)
        }
    }

    /// A million orders cost no more than these.
    @Test func aSearchLooksAtSoManyAndGoesOnWhereItStopped() async throws {
        try await house.run(Self.template) { engine in
            let count = ItemSearch.itemsLookedAtMax + 10
            let table = try engine.tables.table("Orders")
            try await withThrowingDiscardingTaskGroup { group in
                for part in 0..<50 {
                    group.addTask {
                        for number in stride(from: part, to: count, by: 50) {
                            _ = try await table.put(["p": .string("A-\(number)"), "n": .number(Number(1))])
                        }
                    }
                }
            }
            let first = try await Self.search(engine, #"{"equals":{"status":"none"}}"#)
            #expect(first.ids.isEmpty && first.lookedAt == ItemSearch.itemsLookedAtMax)
            let next = try #require(first.next)
            let second = try await Self.search(engine, #"{"equals":{"status":"none"},"after":\#(next)}"#)
            #expect(second == Found(ids: [], lookedAt: 10, next: nil))
            #expect(try await Self.search(engine, #"{"limit":100000}"#).ids.count == PageLimit.max)
        }
    }

    @Test func aSearchIsBoundedInBytesAndGoesOnWhereItStopped() async throws {
        try await house.run(Self.template) { engine in
            let table = try engine.tables.table("Orders")
            let filler = String(repeating: "x", count: 400_000)
            for number in 0..<30 {
                _ = try await table.put([
                    "p": .string("A-\(number)"), "n": .number(Number(number)), "customer": .string("c"),
                    "filler": .string(filler),
                ])
            }
            for members in [#""limit":200"#, #""limit":200,"equals":{"customer":"c"}"#] {
                let first = try await Self.search(engine, "{\(members)}")
                // The one that reaches the bytes is the last.
                #expect(first.ids.count == PageLimit.bytesMax / 400_000 + 1)
                #expect(first.next != nil)
                let all = try await Self.searchAll(engine, members)
                #expect(all.count == 30 && Set(all).count == 30)
            }
        }
    }

    @Test(arguments: [
        ("tables/None/search", "{}", "there is no table None; there are: Orders"),
        ("tables/Orders/search", #"{"after":{"p":{"S":"a"}}}"#, "the search is refused"),
        ("tables/Orders/changes", "{}", "has no stream"),
        ("tables/Orders/search", "[]", "the request's body is not understood"),
        ("queues/none/peek", "{}", "there is no queue none"),
        ("pipes/none/setbacks", "{}", "there is no pipe none"),
    ])
    func whatCannotBeAskedIsRefusedInWords(path: String, body: String, words: String) async throws {
        try await house.run(Self.template) { engine in
            let error = await #expect(throws: ControlError.self) { _ = try await Self.ask(engine, path, body) }
            #expect(error?.description.contains(words) == true, "\(String(describing: error))")
        }
    }

    @Test func changesComeNewestFirstOverAllShards() async throws {
        try await house.run { engine in
            try await engine.put(0..<30)
            let changes = try #require(
                try await Self.ask(engine, "tables/Orders/changes", #"{"limit":20}"#) as? [[String: Any]])
            #expect(changes.map { $0["keys"] as? String } == (10..<30).reversed().map { "p=\($0)" })
            #expect((changes[0]["record"] as? String)?.contains(#""eventName":"INSERT""#) == true)
        }
    }

    @Test func changesAreBoundedInBytesOverAllShardsAndTheNewestAreShown() async throws {
        try await house.run { engine in
            try await engine.put(0..<30)
            let table = try engine.tables.table("Orders")
            let all = try RecentChanges(table: table).page(.init(limit: 30))
            #expect(all.map(\.keys) == (0..<30).reversed().map { "p=\($0)" })
            for count in [1, 2, 7, 29] {
                let sizeBytes = all.prefix(count).reduce(0) { $0 + $1.record.utf8.count }
                for bytesMax in [sizeBytes, sizeBytes + 1] {
                    let changes = try RecentChanges(table: table, bytesMax: bytesMax).page(.init(limit: 30))
                    #expect(changes.map(\.sequenceNumber) == all.prefix(count).map(\.sequenceNumber))
                }
            }
            #expect(try RecentChanges(table: table, bytesMax: 1).page(.init(limit: 30)).count == 1)
        }
    }

    @Test func aPageOfAQueueIsBoundedInBytesAndSaysThatThereIsMore() async throws {
        try await house.run { engine in
            let queue = try engine.queues.queue("second")
            for number in 0..<5 { _ = try await queue.send(OutgoingMessage("message \(number)")) }
            // Of nine bytes each.
            for (limit, bytesMax, count) in [
                (10, 20, 2), (10, 18, 2), (10, 1, 1), (10, 45, 5), (3, 45, 3), (5, 45, 5),
            ] {
                let page = try QueuePage(queue: queue, request: .init(limit: limit), bytesMax: bytesMax)
                #expect(page.messages.map(\.body) == (0..<count).map { "message \($0)" })
                #expect(page.hasMore == (count < 5))
            }
        }
    }

    @Test func pagesOfDeadLettersAreBoundedInBytesAndLeadOn() async throws {
        let template = PipelineHouse.template(pipe: "BatchSize: 1, DeadLetterConfig: {Arn: !GetAtt Second.Arn}")
        try await house.run(template) { engine in
            let queue = try engine.queues.queue("second")
            for number in 0..<5 { _ = try await queue.send(OutgoingMessage("message \(number)")) }
            let letters = DeadLetters(engine: engine)
            var (pages, after): ([[String]], String?) = ([], nil)
            repeat {
                // Of nine bytes each.
                let page = try letters.page(.init(limit: 10, after: after), bytesMax: 20)
                #expect(page.count == 5)
                pages.append(page.letters.map(\.body))
                after = page.next
            } while after != nil && pages.count < 5
            #expect(pages == [["message 0", "message 1"], ["message 2", "message 3"], ["message 4"]])
            #expect(try letters.page(.init(limit: 10), bytesMax: 1).letters.count == 1)
        }
    }

    /// Another queue's name in the template leaves the former one, with what it holds.
    @Test func deadLettersInAQueueThatNoPipeNamesAnyMoreAreFound() async throws {
        func template(_ queue: String) -> String {
            PipelineHouse.template(
                pipe: "BatchSize: 1, MaximumRecordAgeInSeconds: 60, DeadLetterConfig: {Arn: !GetAtt \(queue).Arn}")
        }
        try await house.run(template("Second"), hasTestClock: true) { engine in
            try await engine.stop()
            try await engine.put(0..<3)
            try engine.advance(by: .seconds(61))
            try await engine.start()
            try await until("they are dead letters") {
                try DeadLetters(engine: engine).page(.init(limit: 10)).count == 3
            }
        }
        try await house.run(template("First"), hasTestClock: true, clockAhead: .seconds(120)) { engine in
            let letters = DeadLetters(engine: engine)
            #expect(letters.queues.map(\.name) == ["first", "second"])
            let page = try letters.page(.init(limit: 10))
            #expect(page.count == 3)
        }
    }

    /// The older state goes first, whichever queue it is in and however it is asked for.
    @Test func deadLettersOfTwoQueuesAreRedrivenInTheOrderOfTheirSending() async throws {
        func template(_ queue: String) -> String {
            PipelineHouse.template(
                pipe: "BatchSize: 1, MaximumRecordAgeInSeconds: 60, DeadLetterConfig: {Arn: !GetAtt \(queue).Arn}")
        }
        @Sendable func giveUp(_ kind: String, _ engine: RunningEngine, count: Int) async throws {
            try await engine.stop()
            _ = try await engine.tables.table("Orders").put(["p": .string("A"), "kind": .string(kind)])
            try engine.advance(by: .seconds(61))
            try await engine.start()
            try await until("it is a dead letter") {
                try DeadLetters(engine: engine).page(.init(limit: 10)).count == count
            }
        }
        try await house.run(template("Second"), hasTestClock: true) { try await giveUp("older", $0, count: 1) }
        try await house.run(template("First"), hasTestClock: true, clockAhead: .seconds(120)) { engine in
            try await giveUp("newer", engine, count: 2)
            let letters = DeadLetters(engine: engine)
            let ids = try letters.page(.init(limit: 10)).letters.map(\.id)
            let results = try await letters.redrive(RedriveRequest(ids: ids, force: false, isDryRun: false))
            #expect(results.map(\.id) == ids.reversed())
            #expect(results.map(\.outcome) == [.redriven, .redriven])
        }
    }

    @Test func lookingAtAQueueReceivesNothing() async throws {
        try await house.run { engine in
            try await engine.put(0..<5)
            _ = try await engine.settled("flow", 5)
            for _ in 0..<2 {
                let page = try #require(
                    try await Self.ask(engine, "queues/first/peek", #"{"limit":3}"#) as? [String: Any])
                let messages = try #require(page["messages"] as? [[String: Any]])
                #expect(messages.count == 3 && page["hasMore"] as? Bool == true)
                #expect(messages.allSatisfy { $0["receiveCount"] as? Int == 0 })
            }
            #expect(try engine.sent(to: "first") == [0, 1, 2, 3, 4])
        }
    }

    @Test func howEverythingStandsIsTold() async throws {
        try await house.run { engine in
            try await engine.put(0..<5)
            _ = try await engine.settled("flow", 5)
            let standing = try ControlService(engine).standing()
            func topic(_ name: String) throws -> [String: Any] {
                let json = Data(try #require(standing[name]))
                return try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
            }
            #expect(
                Set(standing.keys) == [
                    "engine", "stack", "tables/Orders", "pipes/flow", "queues/first", "queues/second",
                ])
            #expect(try topic("tables/Orders")["changes"] as? Int == 5)
            #expect(try topic("queues/first")["arrived"] as? Int == 5)
            #expect((try topic("pipes/flow")["shards"] as? [Any])?.count == 2)
            let stack = engine.stackReport
            #expect(stack.tables == [.init(name: "Orders", keys: ["p"], indexHashKeys: [], hasStream: true)])
            #expect(stack.queues.map(\.name).sorted() == ["first", "second"])
            let pipe = try #require(stack.pipes.first)
            #expect(pipe.table == "Orders" && pipe.target == "first" && pipe.targetKind == .queue)
            #expect(try await ControlService(engine).report(["stack"]) != nil)
        }
    }

    @Test func aFilterIsExplained() async throws {
        try await house.run { engine in
            func explain(_ pattern: String, _ event: String?) async throws -> [String: Any] {
                let body = try JSONEncoder().encode(["pattern": pattern, "event": event, "table": "Orders"])
                return try #require(
                    try await Self.ask(engine, "filters/explain", String(decoding: body, as: UTF8.self))
                        as? [String: Any])
            }
            let passes = try await explain(#"{"eventName":["INSERT"]}"#, #"{"eventName":"INSERT"}"#)
            #expect(passes["matches"] as? Bool == true)
            let fails = try await explain(#"{"eventName":["INSERT"]}"#, #"{"eventName":"REMOVE"}"#)
            #expect(fails["matches"] as? Bool == false)
            let failure = try #require((fails["failures"] as? [[String: Any]])?.first)
            #expect(failure["path"] as? String == "$.eventName" && failure["offset"] as? Int == 13)
            let vain = try await explain(#"{"dynamodb":{"OldImage":{"a":{"S":["x"]}}}}"#, nil)
            #expect(vain["matches"] == nil && (vain["findings"] as? [Any])?.isEmpty == false)
            #expect(try await explain("{", nil)["patternError"] is String)
            #expect(try await explain(#"{"a":[1]}"#, "{")["eventError"] is String)
            // What is too long for a filter, or for a look at an event, is told so and not looked at.
            let value = String(repeating: "x", count: 1 << 20)
            let long = try await explain(#"{"a":["\#(value.prefix(4_096))"]}"#, #"{"a":"x"}"#)
            #expect((long["patternError"] as? String)?.contains("4096") == true && long["matches"] == nil)
            let large = try await explain(#"{"a":["x"]}"#, #"{"a":"\#(value)"}"#)
            #expect((large["eventError"] as? String)?.hasPrefix("has 1048584 bytes, and 1048576 are") == true)
            #expect(large["matches"] == nil)
        }
    }

    @Test func deadLettersComeInPages() async throws {
        let template = PipelineHouse.template(
            pipe: "BatchSize: 1, DeadLetterConfig: {Arn: !GetAtt Second.Arn}")
        try await house.run(template) { engine in
            let queue = try engine.queues.queue("second")
            for number in 0..<5 { _ = try await queue.send(OutgoingMessage("\(number)")) }
            func page(_ body: String) async throws -> (bodies: [String], count: Int?, next: String?) {
                let page = try #require(try await Self.ask(engine, "dlq/page", body) as? [String: Any])
                let letters = try #require(page["letters"] as? [[String: Any]])
                return (letters.map { $0["body"] as! String }, page["count"] as? Int, page["next"] as? String)
            }
            let first = try await page(#"{"limit":2}"#)
            #expect(first.bodies == ["0", "1"] && first.count == 5)
            let second = try await page(#"{"limit":2,"after":"\#(try #require(first.next))"}"#)
            #expect(second.bodies == ["2", "3"])
            let third = try await page(#"{"limit":2,"after":"\#(try #require(second.next))"}"#)
            #expect(third.bodies == ["4"] && third.next == nil)
            #expect(try await page(#"{"limit":2,"after":"gone"}"#).bodies == ["0", "1"])
        }
    }
}
