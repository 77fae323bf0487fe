/// What aliases make of a YAML text, bounded before it is parsed.
///
/// Yams shares what an alias stands for, so a few lines of aliases of aliases cost no memory. But it compares a mapping's keys, and a key
/// of billions of values would keep it busy for hours. So this looks at the text alone, and rather sees too much than too little.
package enum YAMLAliases {
    /// Most bytes that all aliases together may stand for. A template of the largest size could name a tenth of itself a hundred times.
    static let expandedBytesMax = 10_000_000

    private struct Anchor {
        /// Where it stands, and what the aliases before it stand for.
        let position: Int
        let totalBefore: Int
        /// What one alias of it stands for; known once the first is met, since an anchor's value has ended there.
        var bytes: Int?
        var isDefinedAnew = false
    }

    /// Whether everything that the text's aliases stand for is of a bounded size. Linear in the text's size.
    package static func areBounded(in text: String) -> Bool {
        let bytes = Array(text.utf8)
        var anchors: [ArraySlice<UInt8>: Anchor] = [:]
        var total = 0
        var position = 0
        while position < bytes.count {
            let mark = bytes[position]
            position += 1
            guard mark == UInt8(ascii: "&") || mark == UInt8(ascii: "*") else { continue }
            // Inside a word, as in R&D, it is a character like any other.
            if position > 1, isOfName(bytes[position - 2]) { continue }
            let start = position
            while position < bytes.count, isOfName(bytes[position]) { position += 1 }
            guard position > start else { continue }
            let name = bytes[start..<position]
            if mark == UInt8(ascii: "&") {
                let isKnown = anchors[name] != nil
                anchors[name] = Anchor(position: start, totalBefore: total, isDefinedAnew: isKnown)
            } else if var anchor = anchors[name] {
                // Which of two values it stands for depends on where they end, which the text does not tell.
                guard !anchor.isDefinedAnew else { return false }
                // All aliases since the anchor may be part of its value.
                let size = anchor.bytes ?? (start - anchor.position + total - anchor.totalBefore)
                anchor.bytes = size
                anchors[name] = anchor
                total += size
                guard total <= expandedBytesMax else { return false }
            }
        }
        return true
    }

    /// Letters, digits, underscore and hyphen: what libyaml takes for the name of an anchor.
    private static func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
