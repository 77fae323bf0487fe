import BenchmarkSupport
import CRocksDB
import Foundation
import TestSupport

/// What one thread does with RocksDB alone. Each loop does the same reads and writes as the table does for the same work.
struct RawRuns {
    let store: RawStore
    let orders: RawOrders

    /// Writes orders to keys that are not there: read the old item, put item, index entry and record; a batch and a sync
    /// for each `group` orders.
    func insert(_ count: Int, group: Int) throws -> Stretch {
        let batch = rocksdb_writebatch_create()!
        defer { rocksdb_writebatch_destroy(batch) }
        let id = UnsafeMutableRawPointer.allocate(byteCount: Orders.idBytes, alignment: 8)
        defer { id.deallocate() }
        var streamKey: [UInt8] = [0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        var error: UnsafeMutablePointer<CChar>?
        let watch = Stopwatch()
        for number in 0..<count {
            let order = orders.templates[number % Orders.templateCount]
            Orders.write(id: number, to: id)
            order.primaryKey.set(id)
            order.item.set(id)
            order.indexKey.set(id)
            order.record.set(id)
            let (key, keyCount) = (order.primaryKey.start, order.primaryKey.count)
            if let old = rocksdb_get_pinned_cf(store.handle, store.readOptions, store.items, key, keyCount, &error) {
                rocksdb_pinnableslice_destroy(old)
                throw RawStore.Failure(description: "The order \(number) is in the store already.")
            }
            rocksdb_writebatch_put_cf(batch, store.items, key, keyCount, order.item.start, order.item.count)
            rocksdb_writebatch_put_cf(
                batch, store.indexes, order.indexKey.start, order.indexKey.count, key, keyCount)
            streamKey[4] = id.load(as: UInt8.self) & 3
            streamKey.withUnsafeMutableBytes {
                $0.storeBytes(of: UInt64(number + 1).bigEndian, toByteOffset: 5, as: UInt64.self)
                rocksdb_writebatch_put_cf(
                    batch, store.streams, $0.baseAddress!.assumingMemoryBound(to: CChar.self), $0.count,
                    order.record.start, order.record.count)
            }
            if (number + 1) % group == 0 || number + 1 == count {
                rocksdb_write(store.handle, store.syncedWrite, batch, &error)
                try RawStore.check(&error)
                rocksdb_writebatch_clear(batch)
            }
        }
        return watch.measured(count)
    }

    /// Reads orders that are there, in random order.
    func get(_ count: Int, among stored: Int) throws -> Stretch {
        var random = SeededGenerator(seed: 5)
        let id = UnsafeMutableRawPointer.allocate(byteCount: Orders.idBytes, alignment: 8)
        defer { id.deallocate() }
        var error: UnsafeMutablePointer<CChar>?
        let watch = Stopwatch()
        for _ in 0..<count {
            let number = random.below(stored)
            let key = orders.templates[number % Orders.templateCount].primaryKey
            Orders.write(id: number, to: id)
            key.set(id)
            guard
                let value = rocksdb_get_pinned_cf(
                    store.handle, store.readOptions, store.items, key.start, key.count, &error)
            else { throw RawStore.Failure(description: "The order \(number) is not in the store.") }
            rocksdb_pinnableslice_destroy(value)
        }
        return watch.measuredReads(count)
    }

    /// Goes over all items.
    func scan() throws -> Stretch {
        let watch = Stopwatch()
        let iterator = rocksdb_create_iterator_cf(store.handle, store.readOptions, store.items)!
        defer { rocksdb_iter_destroy(iterator) }
        var (count, bytes, length) = (0, 0, 0)
        rocksdb_iter_seek_to_first(iterator)
        while rocksdb_iter_valid(iterator) != 0 {
            count += 1
            _ = rocksdb_iter_value(iterator, &length)
            bytes += length
            rocksdb_iter_next(iterator)
        }
        guard bytes > 0 else { throw RawStore.Failure(description: "The store is empty.") }
        return watch.measuredReads(count)
    }
}
