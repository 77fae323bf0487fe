import Queues

/// Dead letters of a running engine's pipes, some of many: the answer of `POST /_sluice/dlq/page`.
public struct DeadLetterPage: Codable, Sendable {
    struct Request: Decodable {
        var limit: Int?
        /// The id of the last one of the page before; gone meanwhile, the page begins anew.
        var after: String?
    }

    /// Most dead letters of a page. Ours: more than other pages hold, as each page looks through those before it, so that a
    /// walk through all of them should have few.
    public static let lettersMax = 10_000

    public var letters: [DeadLetterReport] = []
    /// All that there are.
    public var count = 0
    /// What to send as `after` for what follows; nil when that is all.
    public var next: String?
}

extension DeadLetters {
    /// Each queue's in the order of their sending, without their records. Looks through what comes before `after`.
    ///
    /// - Parameter bytesMax: most bytes of bodies, keys and errors; one is shown whatever its size.
    func page(_ request: DeadLetterPage.Request, bytesMax: Int = PageLimit.bytesMax) throws -> DeadLetterPage {
        let limit = PageLimit.of(request.limit, atMost: DeadLetterPage.lettersMax)
        let queues = queues
        var page = DeadLetterPage()
        var sizeBytes = 0
        for queue in queues {
            let counts = queue.counts()
            page.count += counts.visible + counts.notVisible + counts.delayed
        }
        var isBehind = request.after == nil
        for queue in queues where page.next == nil {
            try queue.visit { message in
                guard isBehind else {
                    isBehind = message.messageID == request.after
                    return true
                }
                let letter = DeadLetterReport(message, queue: queue.name, showsRecords: false)
                sizeBytes += letter.sizeBytes
                guard page.letters.isEmpty || page.letters.count < limit && sizeBytes <= bytesMax else {
                    page.next = page.letters.last?.id
                    return false
                }
                page.letters.append(letter)
                return true
            }
        }
        guard isBehind else { return try self.page(.init(limit: limit), bytesMax: bytesMax) }
        return page
    }
}

extension DeadLetterReport {
    /// Bytes of those of its texts that may be long.
    fileprivate var sizeBytes: Int {
        keys.reduce(body.utf8.count + (lastError?.utf8.count ?? 0)) { $0 + $1.utf8.count }
    }
}
