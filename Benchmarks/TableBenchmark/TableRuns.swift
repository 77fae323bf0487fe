import BenchmarkSupport
import Foundation
import Items
import Synchronization
import Tables
import TestSupport

/// What clients in the same process do with a table: each asks, waits for the answer, and asks again.
struct TableRuns {
    /// Callers at a time: what a service with as many connections has.
    static let writers = 64

    let table: Table
    let orders: Orders

    /// Writes orders to keys that are not there.
    func insert(_ numbers: Range<Int>) async throws -> Stretch {
        try await write(numbers) { number in try await table.put(orders.item(number)) }
    }

    /// Ships orders that are there.
    func ship(_ numbers: Range<Int>) async throws -> Stretch {
        let ship = try UpdateExpression(
            "SET #status = :status", names: ["#status": "status"], values: [":status": .string("shipped")])
        return try await write(numbers) { number in try await table.update(key: orders.key(number), ship) }
    }

    private func write(
        _ numbers: Range<Int>, _ one: @escaping @Sendable (Int) async throws -> WriteResult
    ) async throws -> Stretch {
        let next = Counter(numbers.lowerBound)
        let watch = Stopwatch()
        let latencies = try await withThrowingTaskGroup(of: [UInt32].self) { group in
            for _ in 0..<Self.writers {
                group.addTask {
                    var latencies: [UInt32] = []
                    latencies.reserveCapacity(2 * numbers.count / Self.writers)
                    while true {
                        let number = next.take()
                        guard number < numbers.upperBound else { return latencies }
                        let start = monotonicNanoseconds()
                        let result = try await one(number)
                        guard result.isChange else { throw WrongAnswer("The order \(number) was written before.") }
                        latencies.append(UInt32(clamping: (monotonicNanoseconds() - start) / 1_000))
                    }
                }
            }
            return try await group.reduce(into: [UInt32]()) { $0 += $1 }
        }
        return watch.measured(numbers.count, latencies: latencies)
    }

    /// Reads orders that are there, in random order, on one thread.
    func get(_ count: Int, among stored: Int) throws -> Stretch {
        var random = SeededGenerator(seed: 5)
        let watch = Stopwatch()
        for _ in 0..<count {
            let number = random.below(stored)
            guard try table.get(key: orders.key(number)) != nil else {
                throw WrongAnswer("The order \(number) is not there.")
            }
        }
        return watch.measuredReads(count)
    }

    /// The orders of one customer after the other, through the index. Counts items.
    func query(_ count: Int) throws -> Stretch {
        let watch = Stopwatch()
        var found = 0
        for number in 0..<count {
            let customer = orders.templates[number % Orders.templateCount]["customerId"]!
            let page = try table.query(
                ItemQuery(index: "customerId-index", keyCondition: KeyCondition(hashKey: customer), limit: 50))
            found += page.items.count
        }
        guard found > 0 else { throw WrongAnswer("No customer has an order.") }
        return watch.measuredReads(found)
    }

    /// Page after page over the whole table. Counts items.
    func scan() throws -> Stretch {
        let watch = Stopwatch()
        var found = 0
        var scan = ItemScan()
        repeat {
            let page = try table.scan(scan)
            found += page.items.count
            scan.exclusiveStartKey = page.lastEvaluatedKey
        } while scan.exclusiveStartKey != nil
        return watch.measuredReads(found)
    }
}

/// Numbers given out one after the other, to any thread.
final class Counter: Sendable {
    private let next: Atomic<Int>

    init(_ first: Int) { next = Atomic(first) }

    func take() -> Int { next.wrappingAdd(1, ordering: .relaxed).oldValue }
}
