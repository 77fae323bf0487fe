internal import Foundation
internal import Stacks

/// Deletes a stack, unless dead letters would be lost or nobody says so in words.
public struct Destroyer: Sendable {
    /// A dead-letter queue that is not empty.
    public struct Waiting: Sendable, Hashable {
        public let queueURL: String
        public let count: Int
    }

    /// What stays when the stack is gone.
    public struct Retained: Sendable, Hashable {
        public let resource: StackResource
        /// The commands that delete it, with its contents.
        public let commands: [String]
    }

    public struct Report: Sendable {
        public let retained: [Retained]
    }

    private struct Attributes: Decodable { let Attributes: [String: String]? }

    private let client: StackClient
    private let talk: Talk
    private var aws: AWSCommandLine { client.aws }

    public init(_ client: StackClient, talk: Talk) {
        self.client = client
        self.talk = talk
    }

    /// - Parameters:
    ///   - name: the stack's name, given as an agreement; nil asks for it.
    ///   - isForced: whether dead letters may be lost; then the stack's template need not be understood either.
    /// - Throws: ``AWSFailure``, and ``DeploymentError`` when it refuses.
    public func run(agreedName name: String?, isForced: Bool) async throws -> Report {
        guard let state = try await client.state() else {
            throw DeploymentError(
                "There is no stack \(client.name)\(aws.region.map { " in \($0)" } ?? ""); name it with --stack-name and "
                    + "its region with --region.")
        }
        if state.isInProgress {
            throw DeploymentError(
                "The stack \(client.name) is being changed just now (\(state.status)); wait until that is done and try again."
            )
        }
        // A name that is wrong ends it before anything else is asked of AWS.
        if let name, name != client.name { throw Self.isOther(name, client.name) }
        let resources = state.isOnlyPlanned ? [] : try await client.resources()
        var retained: [Retained] = []
        var isKnown = true
        if !resources.isEmpty {
            let (template, stack) = await deployed(state)
            if !isForced { try await refuseDeadLetters(resources, stack) }
            switch template {
            case .success(let template): retained = self.retained(resources, template, try? stack.get())
            case .failure(let error):
                isKnown = false
                talk.say(
                    "What stays is not known, because the template of the stack \(client.name) cannot be read; look at its "
                        + "resources afterwards.\n\(error)")
            }
        }
        for item in retained { talk.say("Stays: \(item.resource.logicalID), \(item.resource.physicalID)") }
        warnOfContents(resources, except: retained, isKnown: isKnown)
        try agree(name, count: resources.count - retained.count)

        var watch = try await StackWatch(client, id: state.id, talk: talk)
        _ = try await aws.text(["cloudformation", "delete-stack", "--stack-name", state.id])
        if let left = try await watch.end(id: state.id, expected: resources.count) {
            let lines =
                ["The stack \(client.name) was not deleted: it is \(left.status)."]
                + StackEvent.failures(in: watch.events).map { "  \($0)" } + [
                    "Repair the cause and run the command again."
                ]
            throw DeploymentError(lines.joined(separator: "\n"))
        }
        return Report(retained: retained)
    }

    /// The template that the stack was deployed with, and what it says with the stack's parameters.
    private func deployed(_ state: StackState) async -> (Result<Template, any Error>, Result<Stack, any Error>) {
        do {
            let template = try Template(yaml: try await client.template(), file: "the deployed template")
            let options = StackOptions(stackName: client.name, parameters: state.parameters)
            return (.success(template), Result { try Stack(template, options: options) })
        } catch {
            return (.failure(error), .failure(error))
        }
    }

    private static func isOther(_ given: String, _ name: String) -> DeploymentError {
        DeploymentError("\"\(given)\" is not the stack's name, \(name); nothing was deleted.")
    }

    private func agree(_ name: String?, count: Int) throws {
        if name != nil { return }
        talk.say("\(count) \(count == 1 ? "resource is" : "resources are") deleted with the stack \(client.name).")
        let answer = talk.ask("Type the stack's name to delete it: ") ?? ""
        let typed = answer.trimmingCharacters(in: .whitespaces)
        guard typed == client.name else { throw Self.isOther(typed, client.name) }
    }

    // MARK: What stays and what does not

    /// - Parameter isKnown: whether `retained` is all that stays.
    private func warnOfContents(_ resources: [StackResource], except retained: [Retained], isKnown: Bool) {
        let stays = Set(retained.map(\.resource))
        for resource in resources where !stays.contains(resource) {
            guard let noun = ChangeSet.typesWithContents[resource.type] else { continue }
            let happens = isKnown ? "is deleted" : "MAY BE deleted"
            talk.say("WARNING: the \(noun) \(resource.physicalID) \(happens) with its contents.")
        }
    }

    /// - Parameter stack: nil where the template is not understood.
    private func retained(_ resources: [StackResource], _ template: Template, _ stack: Stack?) -> [Retained] {
        resources.compactMap { resource in
            switch template.deletionPolicy(of: resource.logicalID) {
            case .retain, .retainExceptOnCreate: break
            case .delete, .snapshot, nil: return nil
            }
            let table = stack?.tables.first { $0.logicalID == resource.logicalID }
            return Retained(
                resource: resource,
                commands: deletion(of: resource, isProtected: table?.settings.isDeletionProtected ?? false))
        }
    }

    private func deletion(of resource: StackResource, isProtected: Bool) -> [String] {
        let name = resource.physicalID
        switch resource.type {
        case "AWS::DynamoDB::Table":
            let release = ["dynamodb", "update-table", "--table-name", name, "--no-deletion-protection-enabled"]
            return (isProtected ? [aws.line(release)] : [])
                + [aws.line(["dynamodb", "delete-table", "--table-name", name])]
        case "AWS::SQS::Queue": return [aws.line(["sqs", "delete-queue", "--queue-url", name])]
        case "AWS::Logs::LogGroup": return [aws.line(["logs", "delete-log-group", "--log-group-name", name])]
        // In a form that a shell leaves alone.
        default: return ["# delete the \(resource.type) \(name) in the console"]
        }
    }

    // MARK: Dead letters

    private func refuseDeadLetters(_ resources: [StackResource], _ stack: Result<Stack, any Error>) async throws {
        let waiting: [Waiting]
        switch stack {
        case .success(let stack): waiting = try await deadLetters(resources, stack)
        case .failure(let error):
            throw DeploymentError(
                "The dead-letter queues of the stack \(client.name) are not known, because its template is not understood; "
                    + "look at them yourself and give --force.\n\(error)")
        }
        guard !waiting.isEmpty else { return }
        let lines = waiting.map { "  \($0.count) in \($0.queueURL)" }
        throw DeploymentError(
            (["Dead letters wait in the stack \(client.name), and nothing was deleted:"] + lines + [
                "Redrive or purge them (`aws sqs start-message-move-task`, `aws sqs purge-queue`), or give --force."
            ]).joined(separator: "\n"))
    }

    /// The queues that pipes and other queues of the stack give up into, and how many messages each has.
    private func deadLetters(_ resources: [StackResource], _ stack: Stack) async throws -> [Waiting] {
        let arns = Set(
            stack.pipes.compactMap(\.deadLetterQueueARN) + stack.queues.compactMap(\.redrivePolicy?.deadLetterQueueARN))
        let names = Set(stack.queues.filter { arns.contains($0.arn) }.map(\.logicalID))
        var waiting: [Waiting] = []
        for queue in resources where queue.type == "AWS::SQS::Queue" && names.contains(queue.logicalID) {
            let count = try await messages(in: queue.physicalID)
            if count > 0 { waiting.append(Waiting(queueURL: queue.physicalID, count: count)) }
        }
        return waiting
    }

    private func messages(in queueURL: String) async throws -> Int {
        let names = [
            "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible",
            "ApproximateNumberOfMessagesDelayed",
        ]
        do {
            let text = try await aws.text(
                ["sqs", "get-queue-attributes", "--queue-url", queueURL, "--attribute-names"] + names)
            guard !text.isEmpty else { return 0 }
            let answer = try JSONDecoder().decode(Attributes.self, from: Data(text.utf8)).Attributes ?? [:]
            return names.compactMap { answer[$0].flatMap { Int($0) } }.reduce(0, +)
        } catch let failure as AWSFailure
            where failure.code?.contains("NonExistentQueue") == true
            || failure.code?.contains("QueueDoesNotExist") == true
        {
            return 0
        }
    }
}
