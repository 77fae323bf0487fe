import Items
import Testing

@Suite struct ItemSizeTests {
    @Test(
        arguments: [
            (["id": .string("abc")], 5), (["é": .string("é")], 4), (["b": .binary([1, 2, 3])], 4),
            (["x": .bool(true), "y": .null], 4), (["n": .number(12_345)], 5), (["l": .list([])], 4),
            (["m": .map(["k": .string("v")])], 1 + 3 + 2 + 1),
            (["l": .list([.string("ab"), .null])], 1 + 3 + 2 + 1 + 2),
            (["s": .stringSet(["a", "bc"])], 4), (["n": .numberSet([1, 20])], 5), ([:], 0),
        ] as [(Item, Int)])
    func size(_ item: Item, _ bytes: Int) { #expect(item.sizeBytes == bytes) }

    /// What stores and gateways count on: an item whose JSON is small need not be read to know that it is small.
    @Test func theJSONIsNeverShorter() {
        var random = RandomItems(seed: 23)
        for _ in 0..<2_000 {
            let item = random.item()
            #expect(item.sizeBytes <= item.json.count, "\(item)")
        }
    }
}
