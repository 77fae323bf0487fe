/// What a process has written, as a line that a terminal, an editor and a search can take.
enum LogText {
    /// Text with what is no UTF-8 replaced by `\u{FFFD}`, and control characters but the tab by their pictures (`␛`, `␀`), so
    /// that a function neither moves a reader's cursor nor makes the log look like a binary file. A carriage return at the end
    /// belongs to the line's end.
    static func line(_ bytes: ArraySlice<UInt8>) -> String {
        let bytes = bytes.last == 0x0D ? bytes.dropLast() : bytes
        let text = String(decoding: bytes, as: UTF8.self)
        // The usual line has none of them. 0xC2 begins the control characters from U+0080 on.
        guard bytes.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F || $0 == 0xC2 }) else { return text }
        return String(decoding: withPictures(text.utf8), as: UTF8.self)
    }

    private static func withPictures(_ text: String.UTF8View) -> [UInt8] {
        var clean: [UInt8] = []
        clean.reserveCapacity(text.count + text.count / 2)
        var isBehindC2 = false
        for byte in text {
            switch byte {
            // U+2400 and those that follow it.
            case 0..<0x20 where byte != 0x09: clean += [0xE2, 0x90, 0x80 + byte]
            case 0x7F: clean += [0xE2, 0x90, 0xA1]
            case 0x80..<0xA0 where isBehindC2:
                clean.removeLast()
                clean += [0xEF, 0xBF, 0xBD]
            default: clean.append(byte)
            }
            isBehindC2 = byte == 0xC2
        }
        return clean
    }
}
