import Alarms
import Clocks
import Foundation
import Storage

/// Alarms in the catalog, and their history in the keyspace of metrics.
///
///     2, microseconds since 1970, a number      an item of the history: its JSON
struct StoredAlarms: Sendable {
    private static let history: UInt8 = 2

    let database: Database
    let writer: GroupCommitWriter

    private var catalog: Catalog { Catalog(database: database, writer: writer) }

    func all() throws -> [Alarm] { try catalog.entries(.alarm, as: Alarm.self).map(\.entry.description) }

    /// Stores alarms as they are now, and what happened to them.
    func save(_ alarms: [Alarm], removing names: [String] = [], _ items: [AlarmHistoryItem]) async throws {
        guard !alarms.isEmpty || !names.isEmpty || !items.isEmpty else { return }
        try await writer.commit { transaction in
            for alarm in alarms { try catalog.put(.alarm, alarm.definition.name, alarm, in: transaction) }
            for name in names { try catalog.remove(.alarm, name, in: transaction) }
            // Those of one moment go on where the last one was put, and do not look at all the numbers before it again.
            var numbers: [Timestamp: UInt32] = [:]
            for item in items {
                let (key, number) = try freeKey(item.time, from: numbers[item.time] ?? 0, in: transaction)
                numbers[item.time] = number + 1
                transaction.put(.metrics, key, Array(try JSONEncoder().encode(item)))
            }
        }
    }

    /// Items of a stretch of time, the oldest first or, `backwards`, the newest.
    ///
    /// - Parameter body: returns false to end.
    func visitHistory(
        from start: Timestamp, to end: Timestamp, backwards: Bool, _ body: (AlarmHistoryItem) -> Bool
    ) throws {
        try database.scan(.metrics, from: Self.start(of: start), to: Self.start(of: end), backwards: backwards) {
            body(try JSONDecoder().decode(AlarmHistoryItem.self, from: Data($1.bytes())))
        }
    }

    func forgetHistory(before time: Timestamp) throws {
        try database.deleteRange(.metrics, from: Self.start(of: Timestamp(microseconds: 0)), to: Self.start(of: time))
    }

    private static func start(of time: Timestamp) -> [UInt8] {
        var key = [history]
        key.appendBigEndian(UInt64(clamping: time.microseconds))
        return key
    }

    /// A key of its own for an item, also among several of one moment.
    ///
    /// - Parameter first: below it no number is free.
    private func freeKey(
        _ time: Timestamp, from first: UInt32, in transaction: Transaction
    ) throws -> (key: [UInt8], number: UInt32) {
        var number = first
        while true {
            var key = Self.start(of: time)
            key.appendBigEndian(number)
            guard try transaction.get(.metrics, key) != nil else { return (key, number) }
            number += 1
        }
    }
}
