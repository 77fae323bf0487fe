import TestSupport
import Testing

@testable import Queues

@Suite struct IndexedHeapTests {
    @Test(arguments: 1...50 as ClosedRange<UInt64>)
    func theSmallestComesFirstWhateverIsTakenOut(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var heap = IndexedHeap()
        var keys: [UInt32: Int64] = [:]
        for _ in 0..<300 {
            let slot = UInt32.random(in: 0..<60, using: &random)
            if keys[slot] == nil {
                let key = Int64.random(in: 0..<40, using: &random)
                heap.insert(slot, key: key)
                keys[slot] = key
            } else {
                heap.remove(slot)
                keys[slot] = nil
            }
            #expect(heap.count == keys.count)
            #expect(heap.contains(slot) == (keys[slot] != nil))
            #expect(heap.first?.key == keys.values.min())
            if let first = heap.first { #expect(keys[first.slot] == first.key) }
        }
        var taken: [Int64] = []
        while let first = heap.first {
            taken.append(first.key)
            heap.remove(first.slot)
        }
        #expect(taken == keys.values.sorted())
    }

    @Test func keysThatAreLoweredTogetherKeepTheirOrder() {
        var heap = IndexedHeap()
        for (slot, key) in ([5, 1, 3] as [Int64]).enumerated() { heap.insert(UInt32(slot), key: key) }
        heap.lowerAll(by: 4)
        heap.insert(3, key: -2)
        var taken: [Int64] = []
        while let first = heap.first {
            taken.append(first.key)
            heap.remove(first.slot)
        }
        #expect(taken == [-3, -2, -1, 1])
    }
}
