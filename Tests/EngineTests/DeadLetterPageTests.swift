import Queues
import Testing

@testable import Engine

/// Pages for those who walk through all dead letters.
@Suite(.timeLimit(.minutes(1))) struct DeadLetterPageTests {
    private static let template = PipelineHouse.template(
        pipe: "BatchSize: 1, DeadLetterConfig: {Arn: !GetAtt Second.Arn}")

    private let house: PipelineHouse

    init() throws { house = try PipelineHouse() }

    @Test func aPageHasAsManyAsAreAskedForAndItsBytesHold() async throws {
        try await house.run(Self.template) { engine in
            let queue = try engine.queues.queue("second")
            for number in 0..<250 { _ = try await queue.send(OutgoingMessage("\(number)")) }
            let page = try DeadLetters(engine: engine).page(.init(limit: .max))
            #expect(page.letters.map(\.body) == (0..<250).map { "\($0)" })
            #expect(page.count == 250 && page.next == nil)
        }
    }

    /// They may be longer than the message.
    @Test func keysAndErrorsCountAmongThePagesBytes() async throws {
        try await house.run(Self.template) { engine in
            let queue = try engine.queues.queue("second")
            let error = String(repeating: "e", count: 1_000)
            let kept = #"{"pipe":"flow","shardID":"s","records":[],"lastError":"\#(error)","attempts":1}"#
            for _ in 0..<4 { _ = try await queue.send(OutgoingMessage("m", attachment: kept)) }
            let letters = DeadLetters(engine: engine)
            let first = try letters.page(.init(limit: 10), bytesMax: 2_100)
            #expect(first.letters.compactMap(\.lastError) == [error, error])
            let second = try letters.page(.init(limit: 10, after: first.next), bytesMax: 2_100)
            #expect(second.letters.count == 2 && second.next == nil)
        }
    }
}
