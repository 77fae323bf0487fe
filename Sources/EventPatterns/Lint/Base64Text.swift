/// Base64 as records have it: the standard alphabet, padded.
enum Base64Text {
    static func isWhole(_ text: Text) -> Bool {
        let content = text.bytes.prefix { $0 != UInt8(ascii: "=") }
        let padding = text.bytes.count - content.count
        return text.bytes.count % 4 == 0 && padding <= 2 && text.bytes.suffix(padding).allSatisfy { $0 == 0x3D }
            && content.allSatisfy(isCharacter)
    }

    static func isCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="): true
        default: false
        }
    }
}
