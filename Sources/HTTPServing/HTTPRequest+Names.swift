import NIOHTTP1

extension HTTPRequest {
    /// Whether the client calls this server by a name that others may lead anywhere.
    ///
    /// A web page may be from a name of its author's that leads to this machine a moment later (DNS rebinding): for the browser it then
    /// asks where it came from, and may send and read what it likes. What cannot be led so: figures, `localhost` and what is below it,
    /// names of one word, `host.docker.internal`, and no name at all, which no browser sends.
    public var hasForeignName: Bool {
        guard let host = headers.first(name: "Host"), !host.isEmpty, !host.hasPrefix("[") else { return false }
        let name = host.prefix { $0 != ":" }.lowercased()
        let parts = name.split(separator: ".")
        return parts.count > 1 && parts.last != "localhost" && name != "host.docker.internal"
            && !(parts.count == 4 && parts.allSatisfy { UInt8($0) != nil })
    }
}
