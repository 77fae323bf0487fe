internal import Foundation

/// Hands a plan to CloudFormation: bucket, upload, change set, question, execution, end.
public struct Deployer: Sendable {
    public enum Result: Sendable {
        /// There was nothing to do.
        case unchanged(StackState?)
        /// The user said no.
        case refused(ChangeSet)
        case deployed(ChangeSet, StackState)
    }

    private struct Identity: Decodable { let Account: String }

    private let plan: DeploymentPlan
    private let aws: AWSCommandLine
    private let client: StackClient
    private let talk: Talk

    public init(_ plan: DeploymentPlan, aws: AWSCommandLine, talk: Talk) {
        self.plan = plan
        self.aws = aws
        self.talk = talk
        client = StackClient(aws, name: plan.stackName)
    }

    /// - Parameter isAgreed: whether the change set is executed without asking.
    /// - Throws: ``AWSFailure`` and ``DeploymentError``.
    public func run(isAgreed: Bool) async throws -> Result {
        let region = try await aws.configuredRegion()
        let account = try await aws.answer(["sts", "get-caller-identity"], as: Identity.self).Account
        talk.say("Account \(account), region \(region), stack \(plan.stackName).")
        let before = try await client.state()
        if let obstacle = before?.obstacle { throw DeploymentError(obstacle) }
        // Of a stack that is only planned nothing is kept.
        let kept = before.flatMap { $0.isOnlyPlanned ? nil : $0.parameters }
        for sentence in plan.keptParameters(kept ?? [:]) { talk.say(sentence) }

        let bucket = CodeBucket(prefix: plan.bucketPrefix(keeping: kept), account: account, region: region)
        if try await bucket.make(aws) { talk.say("Made the bucket \(bucket.name): private, encrypted, with versions.") }

        let output = try await changeSetOutput(in: bucket)
        guard let id = Self.changeSetID(in: output) else {
            guard output.contains("No changes to deploy") else {
                throw DeploymentError("aws cloudformation deploy named no change set; it printed: \(output)")
            }
            return .unchanged(before)
        }
        let changeSet = try await aws.answer(
            ["cloudformation", "describe-change-set", "--change-set-name", id], as: ChangeSet.self)
        show(changeSet)
        guard isAgreed || agreement(to: changeSet) else {
            try await discard(changeSet, isNew: before?.isOnlyPlanned ?? true)
            return .refused(changeSet)
        }
        return .deployed(changeSet, try await execute(changeSet))
    }

    private func changeSetOutput(in bucket: CodeBucket) async throws -> String {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("sluice-deploy-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(at: folder) }
        let (local, packaged) = ("\(folder.path)/template.yaml", "\(folder.path)/packaged.json")
        try Data(plan.localTemplate.utf8).write(to: URL(fileURLWithPath: local))
        talk.progress("Uploading \(plan.zips.count) zips")
        _ = try await aws.text(DeploymentPlan.package(template: local, bucket: bucket, output: packaged))
        talk.say("Uploaded what is new of \(plan.zips.count) zips to \(bucket.name)/functions.")
        talk.progress("Waiting for the change set")
        return try await aws.text(plan.changeSet(template: packaged, bucket: bucket))
    }

    /// `aws cloudformation deploy` names its change set in words only.
    static func changeSetID(in output: String) -> String? {
        output.firstMatch(of: /arn:[^\s]+:changeSet\/[^\s]+/).map { String($0.0) }
    }

    private func show(_ changeSet: ChangeSet) {
        for line in changeSet.table { talk.say("  \(line)") }
        for alarm in changeSet.alarms { talk.say(alarm) }
        if !changeSet.changes.isEmpty { talk.say("\(changeSet.summary).") }
    }

    private func agreement(to changeSet: ChangeSet) -> Bool {
        let count = changeSet.changes.count
        let changes = count == 1 ? "this change" : "these \(count) changes"
        let answer = talk.ask("Deploy \(count == 0 ? "this" : changes)? [y/N] ") ?? ""
        return ["y", "yes"].contains(answer.trimmingCharacters(in: .whitespaces).lowercased())
    }

    /// Leaves no change set behind that nobody wants, nor a stack that is nothing but this one.
    private func discard(_ changeSet: ChangeSet, isNew: Bool) async throws {
        _ = try await aws.text(["cloudformation", "delete-change-set", "--change-set-name", changeSet.id])
        guard isNew else { return }
        // Somebody else may have deployed it, or planned to, while the question waited for its answer.
        guard let now = try await client.state(), now.isOnlyPlanned else { return }
        let planned = try await client.changeSetIDs(stackID: now.id)
        guard planned.allSatisfy({ $0 == changeSet.id }) else { return }
        _ = try await aws.text(["cloudformation", "delete-stack", "--stack-name", now.id])
    }

    private func execute(_ changeSet: ChangeSet) async throws -> StackState {
        guard let planned = try await client.state() else {
            throw DeploymentError("The stack \(plan.stackName) is gone since its change set was made; deploy again.")
        }
        var watch = try await StackWatch(client, id: planned.id, talk: talk)
        _ = try await aws.text(["cloudformation", "execute-change-set", "--change-set-name", changeSet.id])
        let state = try await watch.end(id: planned.id, expected: changeSet.changes.count)
        guard let state, state.isGood else { throw failure(state, watch.events) }
        return state
    }

    private func failure(_ state: StackState?, _ events: [StackEvent]) -> DeploymentError {
        let status = state?.status ?? "gone"
        var lines = ["The stack \(plan.stackName) was not deployed: it is \(status)."]
        lines += StackEvent.failures(in: events).map { "  \($0)" }
        if let reason = state?.statusReason, lines.count == 1 { lines.append("  \(reason)") }
        if let obstacle = state?.obstacle {
            lines.append(obstacle)
        } else {
            lines.append("What was there before works on as it did; repair the cause and deploy again.")
        }
        return DeploymentError(lines.joined(separator: "\n"))
    }
}
