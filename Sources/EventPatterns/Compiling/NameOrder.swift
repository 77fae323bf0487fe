/// The order of UTF-16 units, in which AWS's engine takes the fields by their full names; `exists: false` below arrays
/// depends on it.
enum NameOrder {
    static func precedes(_ a: [UInt8], _ b: [UInt8]) -> Bool {
        let (left, right) = (a.span.bytes, b.span.bytes)
        let common = min(a.count, b.count)
        var at = 0
        while at + 8 <= common, left.word(at) == right.word(at) { at += 8 }
        while at < common, a[at] == b[at] { at += 1 }
        guard at < common else { return a.count < b.count }
        // It differs from the order of bytes only where a character beyond U+FFFF, or half of one, meets another.
        guard a[at] >= 0xED, b[at] >= 0xED else { return a[at] < b[at] }
        return EscapedText.characters(a).flatMap(\.units)
            .lexicographicallyPrecedes(EscapedText.characters(b).flatMap(\.units))
    }
}
