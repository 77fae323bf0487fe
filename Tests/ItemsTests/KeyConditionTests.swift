import Testing

@testable import Items

/// A range condition by its meaning, without any encoding.
private func isMet(_ range: KeyCondition.RangeCondition?, by value: AttributeValue) -> Bool {
    func precedes(_ left: AttributeValue, _ right: AttributeValue) -> Bool {
        Condition.precedes(left, right) ?? false
    }
    switch range {
    case nil: return true
    case .equal(let other): return value == other
    case .less(let other): return precedes(value, other)
    case .lessOrEqual(let other): return !precedes(other, value)
    case .greater(let other): return precedes(other, value)
    case .greaterOrEqual(let other): return !precedes(value, other)
    case .between(let low, let high): return !precedes(value, low) && !precedes(high, value)
    case .beginsWith(.string(let prefix)): return value.string?.utf8.starts(with: prefix.utf8) ?? false
    case .beginsWith(.binary(let prefix)): return value.binary?.starts(with: prefix) ?? false
    case .beginsWith: return false
    }
}

private func ranges(_ one: AttributeValue, _ two: AttributeValue) -> [KeyCondition.RangeCondition?] {
    let common: [KeyCondition.RangeCondition?] = [
        nil, .equal(one), .less(one), .lessOrEqual(one), .greater(one), .greaterOrEqual(one), .between(one, two),
    ]
    return one.number == nil ? common + [.beginsWith(one)] : common
}

@Suite struct KeyConditionTests {
    /// Every condition, against every key of a small world: the bounds hold exactly the keys that meet it, whatever
    /// follows the range key.
    @Test(arguments: [KeySchema.ScalarType.string, .number, .binary])
    func boundsHoldWhatMeetsTheCondition(_ type: KeySchema.ScalarType) throws {
        let seed: UInt64 = 11
        var random = RandomItems(seed: seed)
        var world: [AttributeValue] = []
        while world.count < 14 {
            let value = random.key()
            if value.typeName == type.rawValue { world.append(value) }
        }
        switch type {
        case .string: world += ["", "\u{0}", "a", "a\u{0}", "a\u{1}", "aa", "b", "\u{10FFFF}"].map { .string($0) }
        case .binary: world += [[], [0], [0, 0], [0xFF], [0xFF, 0xFF], [0xFE, 0xFF], [0xFF, 0]].map { .binary($0) }
        case .number: world += [0, 1, -1, 10, 100, -100].map { .number(Number($0)) }
        }
        let hashes: [AttributeValue] = [.string("h"), .string("h\u{0}"), .string("ha")]
        let prefix: [UInt8] = [7, 0xFF]
        var keys: [(hash: AttributeValue, range: AttributeValue, bytes: [UInt8])] = []
        for hash in hashes {
            // The neighbours of the hash key that is asked for need fewer keys.
            for range in hash == hashes[0] ? world : Array(world.suffix(3)) {
                var key = prefix
                try KeyCoding.append(hash, to: &key)
                try KeyCoding.append(range, to: &key)
                let tails: [[UInt8]] = [[], [0xFF, 0xFF]]
                for tail in tails { keys.append((hash, range, key + tail)) }
            }
        }
        for one in world {
            for two in [one] + (0..<2).map({ _ in world.randomElement(using: &random.random)! }) {
                for range in ranges(one, two) {
                    let bounds = try KeyCondition(hashKey: hashes[0], range: range).bounds(after: prefix)
                    #expect(!bounds.upper.lexicographicallyPrecedes(bounds.lower))
                    for key in keys {
                        let isInside =
                            !key.bytes.lexicographicallyPrecedes(bounds.lower)
                            && key.bytes.lexicographicallyPrecedes(bounds.upper)
                        let isExpected = key.hash == hashes[0] && isMet(range, by: key.range)
                        guard isInside != isExpected else { continue }
                        Issue.record("seed \(seed): \(String(describing: range)) and \(key.range)")
                        return
                    }
                }
            }
        }
    }

    @Test func aHashKeyAloneTakesWhateverFollows() throws {
        let bounds = try KeyCondition(hashKey: .number(0)).bounds(after: [1])
        #expect(bounds.lower == [1, 0x11])
        #expect(bounds.upper == [1, 0x12])
    }

    @Test func anInvertedRangeIsEmpty() throws {
        let bounds = try KeyCondition(hashKey: .number(0), range: .between(.number(2), .number(1))).bounds(after: [])
        #expect(bounds.lower == bounds.upper)
    }

    @Test func onlyKeyTypesHaveBounds() {
        #expect(throws: ItemError.self) { try KeyCondition(hashKey: .null).bounds(after: []) }
        #expect(throws: ItemError.self) {
            try KeyCondition(hashKey: .number(0), range: .beginsWith(.number(1))).bounds(after: [])
        }
    }
}
