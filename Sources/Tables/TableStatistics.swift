import Dispatch
import Items
import Storage
import Synchronization

/// How many items a table and its indexes have, and how large they are.
///
/// AWS counts about every six hours. Here a small table is counted whenever somebody asks; a large one in the background, at
/// most once a minute and only while somebody asks, so the figures of a large table may be those of the question before.
final class TableStatistics: Sendable {
    struct Count: Sendable {
        var items = 0
        /// By AWS's rules for the size of items.
        var bytes = 0
    }

    struct Counts: Sendable {
        var table = Count()
        /// By the index's number.
        var indexes: [UInt16: Count] = [:]
    }

    /// Items that are counted while the caller waits: some milliseconds of work.
    private static let itemsCountedAtOnce = 2_000
    private static let recountInterval = Duration.seconds(60)
    private static let queue = DispatchQueue(label: "sluice.statistics", qos: .utility)

    private struct State {
        var last = Counts()
        var countedAt: ContinuousClock.Instant?
        var isCounting = false
    }

    private let state = Mutex(State())

    func counts(of schema: TableSchema, _ database: Database) throws -> Counts {
        if let counts = try Self.count(schema, database, itemsMax: Self.itemsCountedAtOnce) { return counts }
        let (last, starts) = state.withLock { state in
            let isDue = state.countedAt.map { .now - $0 > Self.recountInterval } ?? true
            defer { if isDue { state.isCounting = true } }
            return (state.last, isDue && !state.isCounting)
        }
        if starts {
            Self.queue.async { [self] in
                let counts = try? Self.count(schema, database, itemsMax: .max)
                state.withLock { state in
                    if let counts { state.last = counts }
                    state.countedAt = .now
                    state.isCounting = false
                }
            }
        }
        return last
    }

    /// Nil when there are more than `itemsMax` items.
    private static func count(_ schema: TableSchema, _ database: Database, itemsMax: Int) throws -> Counts? {
        var counts = Counts()
        var isComplete = true
        let range = schema.keys.range
        try database.scan(.items, from: range.from, to: range.to) { key, value in
            guard counts.table.items < itemsMax else {
                isComplete = false
                return false
            }
            let item = try Item(json: value)
            counts.table.items += 1
            counts.table.bytes += item.sizeBytes
            for index in schema.keys.indexes where index.entry(of: item, primaryKey: []) != nil {
                let shown = try schema.index(index.name).projection?.apply(to: item) ?? item
                counts.indexes[index.number, default: Count()].items += 1
                counts.indexes[index.number, default: Count()].bytes += shown.sizeBytes
            }
            return true
        }
        return isComplete ? counts : nil
    }
}
