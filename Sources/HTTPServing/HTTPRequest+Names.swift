import NIOHTTP1

extension HTTPRequest {
    /// Whether the client calls this server by a name that others may lead anywhere.
    ///
    /// A web page may be from a name of its author's that leads to this machine a moment later (DNS rebinding): for the browser it then
    /// asks where it came from, and may send and read what it likes. What cannot be led so: figures, `localhost` and what is below it,
    /// names of one word, `host.docker.internal`, and no name at all, which no browser sends.
    public var hasForeignName: Bool {
        guard let host = headers.first(name: "Host"), !host.isEmpty, !host.hasPrefix("[") else { return false }
        let name = host.utf8.prefix { $0 != UInt8(ascii: ":") }
        let dot = UInt8(ascii: ".")
        let dotCount = name.count { $0 == dot }
        // The usual ones, without a copy of the name. Four figures too large are no name either, and no browser sends them.
        if dotCount == 0 || dotCount == 3 && name.allSatisfy({ $0 == dot || (48...57).contains($0) }) { return false }
        let text = Substring(name).lowercased()
        return !text.hasSuffix(".localhost") && text != "host.docker.internal"
    }
}
