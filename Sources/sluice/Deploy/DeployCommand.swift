import ArgumentParser
import Deployment
import Foundation

struct DeployCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deploy",
        abstract: "Hand the template and the functions' zips to CloudFormation, through the AWS CLI.",
        discussion: """
            Checks the template, makes the code bucket where it is missing, uploads what is new, shows what CloudFormation would \
            change, asks, and waits until that is done. Nothing changes before the question is answered with yes; with --yes it \
            is not asked. make package-functions packs the zips.

            --dry-run needs no account and no network: it does what can be done here and prints the commands.

            Examples:
              sluice deploy --dry-run
              sluice deploy --region eu-central-1
              sluice deploy --stack-name staging --parameter OrdersTableName=StagingOrders --yes
            """)

    @Option(help: "The template.")
    var template = "template.yaml"

    @Option(help: "Name of the stack.")
    var stackName = "sluice"

    @OptionGroup var place: AWSArguments

    @Option(help: "Folder with the functions' zips.")
    var functions = ".build/functions"

    @OptionGroup var parameters: ParameterArguments

    @Flag(help: "Do not ask.")
    var yes = false

    @Flag(help: "Make no call: look at the template and the zips, and print the commands.")
    var dryRun = false

    @Flag(help: "Deploy whatever `sluice check` finds.")
    var skipCheck = false

    @Flag(help: "Print one JSON object: status, changes, outputs.")
    var json = false

    func run() async throws {
        let talk = Talk.terminal
        let plan = try DeploymentPlan(
            path: template, stackName: stackName, parameters: parameters.values, functionsFolder: functions)
        if !skipCheck { try check(plan) }
        talk.say("\(template) is \(skipCheck ? "not reviewed" : "in order"); its zips:")
        for zip in plan.zips {
            talk.say("  \(zip.path)  \(PackageText.megabytes(zip.sizeBytes)), \(try CodeHash.text(ofFile: zip.path))")
        }
        if dryRun { return try showCommands(plan) }
        guard yes || Terminal.canAnswer else {
            throw Terminal.wrongUse(
                "Nobody is there to agree to the changes: standard input is no terminal; give --yes, or --dry-run to change nothing."
            )
        }
        switch try await Deployer(plan, aws: place.commandLine, talk: talk).run(isAgreed: yes) {
        case .unchanged(let state):
            talk.say("No changes: the stack \(stackName) is as the template and the values of its parameters say.")
            try show(DeployReport(status: .unchanged, stackName: stackName, state: state))
        case .refused(let changeSet):
            talk.say("Nothing was deployed.")
            try show(DeployReport(status: .refused, stackName: stackName, changeSet: changeSet))
            throw ExitCode.failure
        case .deployed(let changeSet, let state):
            talk.say("The stack \(stackName) is deployed.")
            try show(DeployReport(status: .deployed, stackName: stackName, changeSet: changeSet, state: state))
        }
    }

    private func check(_ plan: DeploymentPlan) throws {
        let objections = DeploymentCheck.objections(to: plan.stack, file: template, text: plan.text)
        guard objections.isEmpty else {
            throw DeploymentError(
                (objections + ["Repair what `sluice check` names, or deploy all the same with --skip-check."])
                    .joined(separator: "\n"))
        }
    }

    private func showCommands(_ plan: DeploymentPlan) throws {
        let aws = place.commandLine
        let bucket = CodeBucket(prefix: plan.bucketPrefix, account: "ACCOUNT", region: aws.region ?? "REGION")
        let commands = plan.commands(bucket: bucket).map { aws.line($0) }
        if json {
            return try Terminal.printJSON(DeployReport(status: .planned, stackName: stackName, commands: commands))
        }
        Terminal.write(
            "These commands would be run, those after head-bucket that make the bucket only where it is missing; none was:\n"
        )
        Terminal.print(commands.joined(separator: "\n"))
    }

    private func show(_ report: DeployReport) throws {
        if json { return try Terminal.printJSON(report) }
        for output in report.outputs { Terminal.print("\(output.name)  \(output.value)") }
    }
}

/// What became of a deployment, as `--json` prints it. New members may come, none vanish.
struct DeployReport: Encodable {
    enum Status: String, Encodable { case planned, unchanged, refused, deployed }

    struct Change: Encodable {
        let action: String
        let logicalID: String
        let type: String
        let physicalID: String?
        /// `True`, `False` or `Conditional`.
        let replacement: String
        let properties: [String]
    }

    struct Output: Encodable {
        let name: String
        let value: String
    }

    let status: Status
    let stackName: String
    let stackId: String?
    let stackStatus: String?
    let changes: [Change]
    let outputs: [Output]
    /// Of a dry run.
    let commands: [String]?

    init(
        status: Status, stackName: String, changeSet: ChangeSet? = nil, state: StackState? = nil,
        commands: [String]? = nil
    ) {
        self.status = status
        self.stackName = stackName
        self.commands = commands
        stackId = state?.id
        stackStatus = state?.status
        changes = (changeSet?.changes ?? []).map {
            Change(
                action: $0.action.rawValue, logicalID: $0.logicalID, type: $0.type, physicalID: $0.physicalID,
                replacement: $0.replacement.rawValue, properties: $0.properties)
        }
        outputs = (state?.outputs ?? []).map { Output(name: $0.name, value: $0.value) }
    }
}
