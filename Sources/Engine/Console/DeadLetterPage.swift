import Queues

/// Dead letters of a running engine's pipes, some of many: the answer of `POST /_sluice/dlq/page`.
struct DeadLetterPage: Encodable {
    struct Request: Decodable {
        var limit: Int?
        /// The id of the last one of the page before; gone meanwhile, the page begins anew.
        var after: String?
    }

    var letters: [DeadLetterReport] = []
    /// All that there are.
    var count = 0
    /// What to send as `after` for what follows; nil when that is all.
    var next: String?
}

extension DeadLetters {
    /// Each queue's in the order of their sending, without their records. Looks through what comes before `after`.
    ///
    /// - Parameter bytesMax: most bytes of bodies; one is shown whatever its size.
    func page(_ request: DeadLetterPage.Request, bytesMax: Int = PageLimit.bytesMax) throws -> DeadLetterPage {
        let limit = PageLimit.of(request.limit)
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
                sizeBytes += message.body.utf8.count
                guard page.letters.isEmpty || page.letters.count < limit && sizeBytes <= bytesMax else {
                    page.next = page.letters.last?.id
                    return false
                }
                page.letters.append(DeadLetterReport(message, queue: queue.name, showsRecords: false))
                return true
            }
        }
        guard isBehind else { return try self.page(.init(limit: limit), bytesMax: bytesMax) }
        return page
    }
}
