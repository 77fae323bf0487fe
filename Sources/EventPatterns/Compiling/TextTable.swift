/// A hash table of texts that is built once: field names under a node, or the operands of many tests.
///
/// One probe finds a text among any number: texts differ in their whole hash long before their bytes are compared.
/// All tables' slots lie in `Literals.slots`, so that to use one costs no reference count.
struct TextTable: Sendable {
    /// What a text stands for, so that one table can hold the operands of several operators.
    enum Kind: UInt8, Sendable, Hashable {
        case whole, prefix, suffix
        /// The same with the letters A to Z taken as a to z.
        case foldedWhole, foldedPrefix, foldedSuffix
        /// A number by its text, and by the bits of its double.
        case numberText, number

        @inline(__always) var isFolded: Bool { self == .foldedWhole || self == .foldedPrefix || self == .foldedSuffix }
    }

    struct Key: Hashable {
        var kind: Kind
        var text: [UInt8]
    }

    /// Small, for a large table is as slow as its memory.
    struct Slot: Sendable {
        /// The upper half of the hash, whose lower half is the place.
        fileprivate var hash: UInt32 = 0
        /// What is found, times eight, plus the kind; -1 in an empty slot.
        fileprivate var value: Int32 = -1
        /// A slice of the literals' bytes.
        fileprivate var text = Slice(start: 0, count: 0)
    }

    /// A power of two of slots, at most half of them taken; none when there are no texts.
    private var slots = Slice(start: 0, count: 0)

    init() {}

    /// The texts in an order that gives each its value, from 0 on. They must differ.
    init(_ keys: [Key], _ literals: inout Literals) {
        guard !keys.isEmpty else { return }
        var count = 4
        while count < keys.count * 2 { count *= 2 }
        slots = Slice(start: Int32(literals.slots.count), count: Int32(count))
        literals.slots += Array(repeating: Slot(), count: count)
        for (value, key) in keys.enumerated() {
            let hash = Self.hash(key.kind, key.text.span.bytes, 0, key.text.count)
            var index = Int(truncatingIfNeeded: hash) & (count - 1)
            while literals.slots[slots.lower + index].value >= 0 { index = (index + 1) & (count - 1) }
            literals.slots[slots.lower + index] = Slot(
                hash: UInt32(truncatingIfNeeded: hash >> 32), value: Int32(value) << 3 | Int32(key.kind.rawValue),
                text: literals.add(key.text))
        }
    }

    /// The value of the text from `start` to `end`.
    func find(_ kind: Kind, _ bytes: RawSpan, _ start: Int, _ end: Int, _ literals: borrowing Literals) -> Int? {
        guard slots.count > 0 else { return nil }
        let hash = Self.hash(kind, bytes, start, end)
        let upperHash = UInt32(truncatingIfNeeded: hash >> 32)
        let mask = slots.length - 1
        var index = Int(truncatingIfNeeded: hash) & mask
        while true {
            let slot = literals.slots[slots.lower + index]
            if slot.value < 0 { return nil }
            if slot.hash == upperHash, slot.value & 7 == kind.rawValue, slot.text.length == end - start,
                kind.isFolded
                    ? literals.holdsFolded(slot.text, bytes, at: start) : literals.holds(slot.text, bytes, at: start)
            {
                return Int(slot.value >> 3)
            }
            index = (index + 1) & mask
        }
    }

    /// Multiplies and mixes eight bytes at a time, with the constant of Fibonacci hashing (Knuth, TAOCP 3, 6.4).
    @inline(__always)
    private static func hash(_ kind: Kind, _ bytes: RawSpan, _ start: Int, _ end: Int) -> UInt64 {
        var hash = UInt64(truncatingIfNeeded: end - start) << 8 | UInt64(kind.rawValue)
        var at = start
        while at < end {
            let word = bytes.head(at, count: min(end - at, 8))
            hash = (hash ^ (kind.isFolded ? word.foldedLetters : word)) &* 0x9E37_79B9_7F4A_7C15
            hash ^= hash >> 32
            at += 8
        }
        return hash
    }
}

extension UInt64 {
    /// Eight bytes with the letters A to Z as a to z.
    @inline(__always)
    var foldedLetters: UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let low = self & (ones &* 0x7F)
        // The high bit of each byte from A on, less that of each byte beyond Z; bytes beyond ASCII stay as they are.
        let letters = (low &+ ones &* (0x80 - 0x41)) & ~(low &+ ones &* (0x80 - 0x5B)) & ~self & (ones &* 0x80)
        return self | letters >> 2
    }
}
