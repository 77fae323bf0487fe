@testable import Items
import TestSupport

/// Random values for property tests, with the corners that break encoders: zero bytes, escapes, equivalent Unicode
/// forms, numbers at both ends of the range.
struct RandomItems {
    var random: SeededGenerator

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    mutating func number() -> Number {
        if Int.random(in: 0..<10, using: &random) == 0 { return .zero }
        let digits = Int.random(in: 1...38, using: &random)
        var mantissa = UInt128(Int.random(in: 1...9, using: &random))
        for _ in 1..<max(digits, 2) { mantissa = mantissa * 10 + UInt128(Int.random(in: 0...9, using: &random)) }
        if digits == 1 { mantissa /= 10 }
        let isNear = Bool.random(using: &random)
        let magnitude = isNear ? Int.random(in: -2...3, using: &random) : Int.random(in: -130...125, using: &random)
        let exponent = magnitude - (Decimals.count(mantissa) - 1)
        // In range by construction.
        return try! Number(mantissa: mantissa, exponent: exponent, isNegative: Bool.random(using: &random))
    }

    mutating func text() -> String {
        let pieces = ["a", "b", "zebra", "\u{0}", "\"", "\\", "\n", "\u{1}", "\u{e9}", "e\u{301}", "日", "🙂", "/", ""]
        return (0..<Int.random(in: 0...4, using: &random)).map { _ in pieces.randomElement(using: &random)! }.joined()
    }

    mutating func bytes() -> [UInt8] {
        (0..<Int.random(in: 0...5, using: &random)).map { _ in [0, 1, 0x7F, 0xFE, 0xFF].randomElement(using: &random)! }
    }

    mutating func key() -> AttributeValue {
        switch Int.random(in: 0..<3, using: &random) {
        case 0: .string(text())
        case 1: .number(number())
        default: .binary(bytes())
        }
    }

    mutating func value(depth: Int) -> AttributeValue {
        switch Int.random(in: 0..<(depth > 0 ? 10 : 8), using: &random) {
        case 0, 1: return .string(text())
        case 2: return .number(number())
        case 3: return .binary(bytes())
        case 4: return Bool.random(using: &random) ? .bool(Bool.random(using: &random)) : .null
        case 5: return .stringSet(Set((0..<3).map { text() + "\($0)" }).map { $0 })
        case 6: return .numberSet(Array(Set([number(), number(), 7])))
        case 7: return .binarySet([[1] + bytes(), [2] + bytes()])
        case 8: return .map(item(depth: depth - 1))
        default: return .list((0..<Int.random(in: 0...3, using: &random)).map { _ in value(depth: depth - 1) })
        }
    }

    mutating func item(depth: Int = 3) -> Item {
        var item = Item()
        for _ in 0..<Int.random(in: 0...6, using: &random) { item[text()] = value(depth: depth) }
        return item
    }
}
