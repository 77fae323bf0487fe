import EventPatterns
import Gateway
import Items
import Tables

/// What a pattern makes of an event, and what it says in vain: the answer of `POST /_sluice/filters/explain`.
struct FilterExplanation: Encodable {
    struct Request: Decodable {
        var pattern: String
        /// A stream record; nil only checks the pattern.
        var event: String?
        /// The table whose stream the pattern is for; nil when that is not known.
        var table: String?
    }

    struct Failure: Encodable {
        var path: String
        /// Where the rule stands in the pattern, in bytes of UTF-8.
        var offset: Int
        var rule: String
        /// One sentence.
        var reason: String
    }

    struct Finding: Encodable {
        var effect: String
        var offset: Int
        /// One sentence.
        var message: String
    }

    /// Nil when pattern or event cannot be used.
    var matches: Bool?
    var failures: [Failure] = []
    /// For each other way through `$or` its first failure.
    var otherWays: [Failure] = []
    var findings: [Finding] = []
    /// Why the pattern, or the event, cannot be used, and where that stands, in bytes of UTF-8.
    var patternError: String?
    var patternErrorOffset: Int?
    var eventError: String?
    var eventErrorOffset: Int?

    /// Most bytes of an event. Ours: more than a record of an item of 400 KB with both images, as a rule.
    private static let eventBytesMax = 1 << 20

    init(_ request: Request, engine: RunningEngine) {
        let explainer: PatternExplainer
        do {
            let shape = request.table.flatMap { try? engine.tables.table($0).definition }.map(StreamShape.init)
            findings = try PatternLint.findings(
                in: request.pattern, stream: shape ?? .unknown, dialect: engine.filterDialect
            ).map { Finding(effect: $0.effect.rawValue, offset: $0.offset, message: $0.message) }
            // Behind the lint, which refuses what is too long for a filter.
            explainer = try PatternExplainer(request.pattern, dialect: engine.filterDialect)
        } catch {
            patternError = error.message
            patternErrorOffset = error.offset
            return
        }
        guard let event = request.event, !event.isEmpty else { return }
        guard event.utf8.count <= Self.eventBytesMax else {
            eventError =
                "has \(event.utf8.count) bytes, and \(Self.eventBytesMax) are explained; leave out what the pattern "
                + "does not ask for"
            eventErrorOffset = Self.eventBytesMax
            return
        }
        do {
            let explanation = try explainer.explain(Array(event.utf8))
            matches = explanation.matches
            failures = explanation.failures.map(Failure.init)
            otherWays = explanation.otherWays.map(Failure.init)
        } catch {
            eventError = error.message
            eventErrorOffset = error.offset
        }
    }
}

extension FilterExplanation.Failure {
    init(_ failure: ClauseFailure) {
        self.init(path: failure.path, offset: failure.offset, rule: failure.rule, reason: failure.reason)
    }
}

extension StreamShape {
    fileprivate init(_ table: TableDefinition) {
        self.init(
            // Both enumerations have DynamoDB's words as raw values.
            viewType: table.streamViewType.flatMap { ViewType(rawValue: $0.rawValue) },
            keys: ([table.keySchema.hashKey] + (table.keySchema.rangeKey.map { [$0] } ?? [])).map {
                KeyAttribute(name: $0.name, type: .init(rawValue: $0.type.rawValue)!)
            })
    }
}
