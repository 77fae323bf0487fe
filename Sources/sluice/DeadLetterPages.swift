import Engine

/// The dead letters of a running engine, page by page, the oldest first, and each once: also when one that a page ends with
/// leaves its queue meanwhile, whereupon the engine begins anew.
struct DeadLetterPages {
    private let read: (_ after: String?) async throws -> DeadLetterPage
    private let pipe: String?
    private var after: String?
    private var isAtEnd = false
    private var shown: Set<String> = []

    /// - Parameters:
    ///   - pipe: only those of this one; nil for all.
    ///   - read: the page behind the dead letter of an id, or the first one.
    init(pipe: String?, read: @escaping (_ after: String?) async throws -> DeadLetterPage) {
        self.pipe = pipe
        self.read = read
    }

    init(of engine: ControlClient, pipe: String?) {
        struct Request: Encodable {
            let limit = DeadLetterPage.lettersMax
            let after: String?
        }
        self.init(pipe: pipe) { after in
            try await engine.post(["_sluice", "dlq", "page"], Request(after: after), as: DeadLetterPage.self)
        }
    }

    /// - Returns: those of the next page, perhaps none; nil behind the last page.
    mutating func next() async throws -> [DeadLetterReport]? {
        guard !isAtEnd else { return nil }
        let page = try await read(after)
        after = page.next
        isAtEnd = page.next == nil
        return page.letters.filter { shown.insert($0.id).inserted && (pipe == nil || $0.pipe == pipe) }
    }
}
