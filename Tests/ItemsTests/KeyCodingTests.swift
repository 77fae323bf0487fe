import Testing

@testable import Items

private func encoded(_ value: AttributeValue) throws -> [UInt8] {
    var bytes: [UInt8] = []
    try KeyCoding.append(value, to: &bytes)
    return bytes
}

@Suite struct KeyCodingTests {
    /// The layout on disk: a change of any of these needs a new layout version.
    @Test(
        arguments: [
            (.string("a\u{0}b"), [0x20, 0x61, 0x00, 0xFF, 0x62, 0x00, 0x01]), (.binary([]), [0x30, 0x00, 0x01]),
            (.number(0), [0x11]), (.number(123), [0x12, 132, 13, 31, 0]), (.number(-1), [0x10, 125, 244, 255]),
        ] as [(AttributeValue, [UInt8])])
    func layout(_ value: AttributeValue, _ bytes: [UInt8]) throws { #expect(try encoded(value) == bytes) }

    @Test func propertyRoundTripOrderAndPrefix() throws {
        var random = RandomItems(seed: 4)
        let values =
            (0..<400).map { _ in random.key() } + [
                .number(try Number("9.9999999999999999999999999999999999999e125")), .number(try Number("1e-130")),
                .number(try Number("-9.9999999999999999999999999999999999999e125")), .number(try Number("-1e-130")),
            ]
        let keys = try values.map(encoded)
        for (value, key) in zip(values, keys) {
            var position = 0
            #expect(try KeyCoding.decode(from: key, at: &position) == value)
            #expect(position == key.count)
        }
        for (left, leftKey) in zip(values, keys) {
            for (right, rightKey) in zip(values, keys) where left != right {
                #expect(!rightKey.starts(with: leftKey), "\(left) \(right)")
                guard let precedes = Condition.precedes(left, right) else { continue }
                #expect(precedes == leftKey.lexicographicallyPrecedes(rightKey), "\(left) \(right)")
            }
        }
    }

    @Test func joinedKeysSortByHashThenRange() throws {
        let schema = KeySchema(
            hashKey: .init(name: "h", type: .string), rangeKey: .init(name: "r", type: .number))
        func key(_ hash: String, _ range: Number) throws -> [UInt8] {
            var bytes: [UInt8] = []
            try schema.encode(["h": .string(hash), "r": .number(range), "other": .null], to: &bytes)
            return bytes
        }
        let keys = try [key("a", -5), key("a", 2), key("a", 10), key("a\u{0}", -9), key("aa", -100), key("b", 0)]
        #expect(keys == keys.sorted { $0.lexicographicallyPrecedes($1) })
    }

    @Test func damagedKeysAreRefused() throws {
        var random = RandomItems(seed: 5)
        for _ in 0..<300 {
            let key = try encoded(random.key())
            for length in 0..<key.count {
                var position = 0
                #expect(throws: ItemError.self) { try KeyCoding.decode(from: Array(key[..<length]), at: &position) }
            }
        }
        for key: [UInt8] in [
            [0x40], [0x12, 0, 0], [0x12, 0, 101, 0], [0x20, 0, 2], [0x20, 0xFF, 0, 1], [0x12, 255, 2, 0],
        ] {
            var position = 0
            let value = try? KeyCoding.decode(from: key, at: &position)
            #expect(value == nil)
        }
        // A number has one encoding: no zeroes before or behind it, and none for 0 but its own.
        for key: [UInt8] in [[0x12, 0, 1, 0], [0x12, 130, 5, 0], [0x12, 130, 12, 1, 0], [0x10, 0xFF, 0xFE, 0xFF]] {
            var position = 0
            #expect(throws: ItemError.self) { try KeyCoding.decode(from: key, at: &position) }
        }
        #expect(throws: ItemError.self) { try encoded(.bool(true)) }
    }
}
