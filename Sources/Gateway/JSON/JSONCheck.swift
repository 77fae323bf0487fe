import Items

/// Whether bytes are JSON (RFC 8259), without making anything of them: an event of 6 MB may hold three million values, and a
/// library that makes an object of each takes a hundred times the event's memory.
enum JSONCheck {
    /// Costs no stack and one byte for each open bracket, however deep the text nests.
    static func isValid(_ bytes: [UInt8]) -> Bool {
        guard String(validating: bytes, as: UTF8.self) != nil else { return false }
        var cursor = JSONCursor(position: 0)
        let json = bytes.span.bytes
        do throws(ItemError) { try cursor.skipValue(json) } catch { return false }
        return cursor.peek(json) == nil
    }
}
