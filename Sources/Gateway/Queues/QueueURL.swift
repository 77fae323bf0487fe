import Queues

/// `http://HOST:PORT/ACCOUNT/NAME`, or `https`: how clients name a queue.
enum QueueURL {
    /// - Parameter origin: what a client calls this server, with the scheme. Some clients send requests for a queue to its URL.
    static func text(_ name: String, account: String, origin: String) -> String { "\(origin)/\(account)/\(name)" }

    /// Account and name, which are the last two parts of the path; nil when the URL has no such parts.
    static func parts(_ url: String) -> (account: Substring, name: Substring)? {
        let (bytes, slash) = (url.utf8, UInt8(ascii: "/"))
        guard let last = bytes.lastIndex(of: slash), let before = bytes[..<last].lastIndex(of: slash) else {
            return nil
        }
        let (account, name) = (url[bytes.index(after: before)..<last], url[bytes.index(after: last)...])
        return isAccount(account) && !name.isEmpty ? (account, name) : nil
    }

    /// Whether a request's path is that of a queue.
    static func isPath(_ path: String) -> Bool {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count == 3 && parts[0].isEmpty && isAccount(parts[1]) && !parts[2].isEmpty
    }

    private static func isAccount(_ text: Substring) -> Bool {
        text.utf8.count == 12 && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}

extension QueueStore {
    /// The queue that a request names.
    ///
    /// - Throws: ``QueueError``: `missingParameter`, `invalidAddress`, `queueDoesNotExist`.
    func queue(url: String?) throws(QueueError) -> Queue {
        guard let url else {
            throw QueueError(.missingParameter, "The request must contain the parameter QueueUrl.")
        }
        guard let (account, name) = QueueURL.parts(url) else {
            throw QueueError(.invalidAddress, "The address \(url) is not valid for this endpoint.")
        }
        guard account == settings.accountID else { throw .noSuchQueue }
        return try queue(String(name))
    }
}
