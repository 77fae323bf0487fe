import Crypto

/// A request in the one form that both sides hash: AWS, "Create a signed AWS API request".
public struct CanonicalRequest: Sendable, Hashable {
    /// Names of the signed headers, lower case, in order, with `;` between them.
    public let signedHeaders: String
    /// The whole text.
    public let text: String

    /// - Parameters:
    ///   - method: in capitals.
    ///   - path: as it is sent; encoded once more and normalised, as all services but S3 have it.
    ///   - query: as it is sent, without the question mark.
    ///   - headers: those to be signed, in any order and case. Values of one name are joined in their order.
    ///   - payloadHash: ``hash(of:)`` of the body, or what stands for it.
    public init(
        method: String, path: String, query: String = "", headers: [(name: String, value: String)], payloadHash: String
    ) {
        // There are a few: put in their places one by one, each behind those of its name that came before.
        var sorted: [(name: String, value: String)] = []
        sorted.reserveCapacity(headers.count)
        for header in headers {
            let name = header.name.lowercased()
            var place = sorted.endIndex
            while place > 0, name.utf8.lexicographicallyPrecedes(sorted[place - 1].name.utf8) { place -= 1 }
            sorted.insert((name, Self.trimmed(header.value)), at: place)
        }
        var text = ""
        var names = ""
        text.reserveCapacity(1_024)
        names.reserveCapacity(128)
        text += method
        text += "\n"
        text += Self.canonicalPath(path)
        text += "\n"
        text += Self.canonicalQuery(query)
        for (index, header) in sorted.enumerated() {
            if index > 0, sorted[index - 1].name == header.name {
                text += ","
            } else {
                text += "\n"
                text += header.name
                text += ":"
                if index > 0 { names += ";" }
                names += header.name
            }
            text += header.value
        }
        text += "\n\n"
        text += names
        text += "\n"
        text += payloadHash
        signedHeaders = names
        self.text = text
    }

    /// SHA-256 in lower-case hexadecimal digits.
    public static func hash(of bytes: [UInt8]) -> String { Hexadecimal.text(SHA256.hash(data: bytes)) }

    /// Without `.`, `..` and empty segments; a slash at the end stays.
    private static func canonicalPath(_ path: String) -> String {
        guard path != "/", !path.isEmpty else { return "/" }
        var segments: [Substring.UTF8View] = []
        let all = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        for segment in all where !segment.isEmpty && !segment.elementsEqual(".".utf8) {
            if segment.elementsEqual("..".utf8) { _ = segments.popLast() } else { segments.append(segment) }
        }
        var text: [UInt8] = [UInt8(ascii: "/")]
        for (index, segment) in segments.enumerated() {
            if index > 0 { text.append(UInt8(ascii: "/")) }
            PercentEncoding.append(segment, to: &text, keepsSlash: true)
        }
        if !segments.isEmpty, let last = all.last,
            last.isEmpty || last.elementsEqual(".".utf8) || last.elementsEqual("..".utf8)
        {
            text.append(UInt8(ascii: "/"))
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Each name with a value, encoded, in the order of the encoded bytes.
    private static func canonicalQuery(_ query: String) -> String {
        guard !query.isEmpty else { return "" }
        var pairs: [(name: [UInt8], value: [UInt8])] = []
        for parameter in query.utf8.split(separator: UInt8(ascii: "&")) {
            let end = parameter.firstIndex(of: UInt8(ascii: "=")) ?? parameter.endIndex
            var pair: (name: [UInt8], value: [UInt8]) = ([], [])
            PercentEncoding.append(PercentEncoding.decoded(parameter[..<end]), to: &pair.name, keepsSlash: false)
            PercentEncoding.append(
                PercentEncoding.decoded(parameter[end...].dropFirst()), to: &pair.value, keepsSlash: false)
            pairs.append(pair)
        }
        pairs.sort { left, right in
            left.name == right.name
                ? left.value.lexicographicallyPrecedes(right.value) : left.name.lexicographicallyPrecedes(right.name)
        }
        return pairs.map { "\(String(decoding: $0.name, as: UTF8.self))=\(String(decoding: $0.value, as: UTF8.self))" }
            .joined(separator: "&")
    }

    /// Without white space at the ends, and with one space for several.
    private static func trimmed(_ value: String) -> String {
        // Most values are as they are to be.
        var isBehindSpace = true
        var isTrimmed = true
        for byte in value.utf8 {
            let isSpace = byte == 0x20
            if isSpace && isBehindSpace || byte == 0x09 || byte == 0x0A || byte == 0x0D { isTrimmed = false }
            isBehindSpace = isSpace
        }
        if isTrimmed, !isBehindSpace || value.isEmpty { return value }
        return value.utf8.split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
            .map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
    }
}
