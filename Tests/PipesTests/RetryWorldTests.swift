import Testing

@testable import Pipes

/// Every batch of up to four records, with every choice of records that always fail, driven to its end.
@Suite struct RetryWorldTests {
    /// How a target tells of its failures.
    enum Telling: CaseIterable, Sendable {
        /// It raises an error.
        case raises
        /// It names every failed record.
        case namesAll
        /// It names the first failed record and stops there, as a handler that keeps order does.
        case namesFirst
    }

    struct World: CustomTestStringConvertible, Sendable {
        let count: UInt64
        let poison: Set<UInt64>
        let telling: Telling
        let bisects: Bool
        let retries: Int

        var testDescription: String {
            "\(count) records, poison \(poison.sorted()), \(telling), bisect \(bisects), \(retries) retries"
        }

        func outcome(_ batch: Batch) -> BatchOutcome {
            let failed = batch.records.sequences.filter(poison.contains)
            guard let first = failed.first else { return .succeeded }
            return switch telling {
            case .raises: .failed(reason: "raised")
            case .namesAll: .partlyFailed(identifiers: failed.map(Samples.eventID))
            case .namesFirst: .partlyFailed(identifiers: [Samples.sequenceNumber(first)])
            }
        }

        static func all() -> [World] {
            var worlds: [World] = []
            for count in UInt64(1)...4 {
                for subset in UInt64(0)..<(1 << count) {
                    let poison = Set((1...count).filter { subset >> ($0 - 1) & 1 == 1 })
                    for telling in Telling.allCases {
                        for bisects in [false, true] {
                            // Without bisect the records that are not named count as handled, so a target that names
                            // the first only would lie.
                            if telling == .namesFirst, !bisects { continue }
                            for retries in 0...3 {
                                worlds.append(
                                    World(
                                        count: count, poison: poison, telling: telling, bisects: bisects,
                                        retries: retries))
                            }
                        }
                    }
                }
            }
            return worlds
        }
    }

    /// What came of a world.
    struct Result {
        var delivered: Set<UInt64> = []
        var givenUp: [[UInt64]] = []
        var invocations = 0
        var sent: [UInt64: Int] = [:]
        var sentAlone: [UInt64: Int] = [:]
    }

    private func run(_ world: World) throws -> Result {
        let policy = RetryPolicy(try Samples.configuration(retries: world.retries, bisects: world.bisects))
        var result = Result()
        var waiting = [Batch(records: Samples.records(1...world.count))]
        var unsettled = Array(1...world.count)
        while !waiting.isEmpty, result.invocations < 1_000 {
            let batch = waiting.removeFirst()
            let sequences = batch.records.sequences
            // All are of one item: nothing may be sent past a record that is not settled.
            #expect(Array(unsettled.prefix(sequences.count)) == sequences, "order")
            result.invocations += 1
            for sequence in sequences { result.sent[sequence, default: 0] += 1 }
            if sequences.count == 1 { result.sentAlone[sequences[0], default: 0] += 1 }
            let verdict = policy.verdict(batch, world.outcome(batch), now: Samples.start, jitter: 0) {
                [$0.eventID, Samples.sequenceNumber($0.sequence)]
            }
            result.delivered.formUnion(verdict.delivered.sequences)
            if !verdict.givenUp.isEmpty { result.givenUp.append(verdict.givenUp.sequences) }
            let settled = Set(verdict.delivered.sequences + verdict.givenUp.sequences)
            unsettled.removeAll(where: settled.contains)
            waiting = verdict.again + waiting
        }
        #expect(unsettled.isEmpty, "everything is settled in the end")
        return result
    }

    // One test for all worlds: 600 test cases would drown the output.
    @Test func poisonIsGivenUpAndNothingElse() throws {
        for world in World.all() {
            let result = try run(world)
            let all = Set(1...world.count)
            let attempts = world.retries + 1
            let note = Comment(rawValue: world.testDescription)
            switch (world.bisects, world.telling) {
            case (true, _):
                #expect(result.delivered == all.subtracting(world.poison), note)
                #expect(result.givenUp == world.poison.sorted().map { [$0] }, "each poison is given up alone: \(note)")
                for poison in world.poison { #expect(result.sentAlone[poison] == attempts, note) }
                // At most: each record alone as often as it may, and one halving or cut for each place between two.
                #expect(result.invocations <= Int(world.count) * (attempts + 1), note)
            case (false, .raises):
                // Without bisect one poison takes the whole batch along.
                #expect(result.delivered == (world.poison.isEmpty ? all : []), note)
                #expect(result.givenUp == (world.poison.isEmpty ? [] : [all.sorted()]), note)
                #expect(result.invocations == (world.poison.isEmpty ? 1 : attempts), note)
            case (false, _):
                #expect(result.delivered == all.subtracting(world.poison), note)
                #expect(result.givenUp == (world.poison.isEmpty ? [] : [world.poison.sorted()]), note)
                for sequence in all {
                    #expect(result.sent[sequence] == (world.poison.contains(sequence) ? attempts : 1), note)
                }
            }
        }
    }

    @Test func theWorldsAreAllThere() {
        // 2 + 4 + 8 + 16 choices of poison, five ways to tell and cut, four retry limits.
        #expect(World.all().count == 30 * 5 * 4)
    }
}
