internal import Foundation

/// CloudFormation's commands about one stack.
public struct StackClient: Sendable {
    public let aws: AWSCommandLine
    public let name: String

    public init(_ aws: AWSCommandLine, name: String) {
        self.aws = aws
        self.name = name
    }

    /// - Parameter id: the stack's id, which also finds a stack that has been deleted; its name otherwise.
    /// - Returns: nil when there is no such stack.
    public func state(id: String? = nil) async throws -> StackState? {
        do {
            let answer = try await aws.answer(
                ["cloudformation", "describe-stacks", "--stack-name", id ?? name], as: StackState.Answer.self)
            return answer.Stacks.first
        } catch let failure as AWSFailure where failure.isUnknownStack {
            return nil
        }
    }

    public func resources() async throws -> [StackResource] {
        let answer = try await aws.answer(
            ["cloudformation", "list-stack-resources", "--stack-name", name], as: StackResource.Answer.self)
        return answer.StackResourceSummaries.compactMap(StackResource.init)
    }

    /// The newest 500 events, newest first: more than a stack has in the time between two looks.
    ///
    /// - Returns: none when there is no such stack.
    public func events(id: String? = nil) async throws -> [StackEvent] {
        let command = [
            "cloudformation", "describe-stack-events", "--stack-name", id ?? name, "--max-items", "500",
        ]
        do {
            return try await aws.answer(command, as: StackEvent.Answer.self).StackEvents
        } catch let failure as AWSFailure where failure.isUnknownStack {
            return []
        }
    }

    /// The change sets of a stack that are there, executed or not.
    func changeSetIDs(stackID: String) async throws -> [String] {
        let answer = try await aws.answer(
            ["cloudformation", "list-change-sets", "--stack-name", stackID], as: ChangeSetsAnswer.self)
        return (answer.Summaries ?? []).map(\.ChangeSetId)
    }

    /// The text of the template that the stack was last deployed with, YAML or JSON.
    public func template() async throws -> String {
        let text = try await aws.text([
            "cloudformation", "get-template", "--stack-name", name, "--template-stage", "Original",
        ])
        let answer = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        // The AWS CLI shows a template in JSON as an object and one in YAML as a text.
        switch answer?["TemplateBody"] {
        case let body as String: return body
        case let body?: return String(decoding: try JSONSerialization.data(withJSONObject: body), as: UTF8.self)
        case nil: throw DeploymentError("CloudFormation gave no template of the stack \(name).")
        }
    }
}

private struct ChangeSetsAnswer: Decodable {
    struct Summary: Decodable { let ChangeSetId: String }
    let Summaries: [Summary]?
}

/// Waits until a change of a stack is over, and tells meanwhile what happens.
public struct StackWatch: Sendable {
    /// CloudFormation's own waiters look every 30 s; a stack's resources take a few each.
    static let interval = Duration.seconds(2)
    /// After how many looks without news, a minute, it believes a status that no event confirms. What `describe-stacks`
    /// shows may be of a moment before.
    static let quietLooksMax = 30

    let client: StackClient
    let talk: Talk
    let sleep: @Sendable (Duration) async throws -> Void
    /// Events of before.
    private var seen: Set<String>
    /// What happened since, newest first.
    private(set) var events: [StackEvent] = []

    /// Notes what has happened so far.
    init(
        _ client: StackClient, id: String?, talk: Talk,
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) async throws {
        self.client = client
        self.talk = talk
        self.sleep = sleep
        seen = Set(try await client.events(id: id).map(\.id))
    }

    /// - Parameters:
    ///   - id: the stack's id.
    ///   - expected: how many resources change, for the line of progress.
    /// - Returns: the stack at its end; nil when it is gone.
    mutating func end(id: String, expected: Int) async throws -> StackState? {
        var done: Set<String> = []
        var wasInProgress = false
        var quietLooks = 0
        while true {
            // Before the status, which is then at least as new as they are.
            let news = Array(try await client.events(id: id).prefix { !seen.contains($0.id) })
            seen.formUnion(news.map(\.id))
            events = news + events
            for event in news.reversed() where event.type != StackEvent.stackType {
                let name = event.logicalID ?? ""
                if event.isFailure, !event.isConsequence {
                    talk.say("  \(name) \(event.status ?? ""): \(event.reason ?? "no reason given")")
                }
                if event.status?.hasSuffix("_COMPLETE") == true { done.insert(name) }
                talk.progress(
                    "\(min(done.count, expected)) of \(expected) resources done, \(name) \(event.status ?? "")")
            }
            guard let state = try await client.state(id: id), state.status != "DELETE_COMPLETE" else { return nil }
            wasInProgress = wasInProgress || state.isInProgress
            quietLooks = news.isEmpty && !state.isInProgress ? quietLooks + 1 : 0
            if !state.isInProgress {
                // A status alone may be the one of before; what just happened to the stack itself says which it is.
                let last = events.first { $0.type == StackEvent.stackType && $0.logicalID == state.name }
                if last?.status == state.status, !state.isOnlyPlanned { return state }
                // Something in the place of AWS may tell no events.
                if events.isEmpty, wasInProgress { return state }
                if quietLooks >= Self.quietLooksMax { return state }
            }
            try await sleep(Self.interval)
        }
    }
}

/// How the steps talk with whoever started them.
public struct Talk: Sendable {
    /// Tells a line.
    public var say: @Sendable (String) -> Void
    /// Shows a line in place of the last one, where somebody watches.
    public var progress: @Sendable (String) -> Void
    /// Asks, and gives the answer; nil at the end of the input.
    public var ask: @Sendable (String) -> String?

    public init(
        say: @escaping @Sendable (String) -> Void, progress: @escaping @Sendable (String) -> Void,
        ask: @escaping @Sendable (String) -> String?
    ) {
        self.say = say
        self.progress = progress
        self.ask = ask
    }
}
