import ArgumentParser
import Deployment
import Foundation
import Stacks
import UnixSignals

struct SmokeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "smoke",
        abstract: "Send one marked order through a running pipeline and follow it to both functions.",
        discussion: """
            With --stack-name through a deployed stack, otherwise through the engine that `sluice up` runs; both through the AWS \
            CLI. The order, smoke-…, of a customer of the same name at example.com, is pending over 1,000 and then shipped, so \
            both filters let it pass. Its way is read from the functions' logs; no message is received. The systems behind the \
            queues are told of it and can tell it by its id. The order and its loyalty account are deleted at the end, also after \
            Ctrl-C.

            Exit code 0: every function handled it.

            Examples:
              sluice smoke
              sluice smoke --stack-name sluice --region eu-central-1
            """)

    @Option(help: "Name of a deployed stack, whose parameters are used.")
    var stackName: String?

    @Option(help: "The template, for the names of its tables and functions.")
    var template = "template.yaml"

    @OptionGroup var place: AWSArguments
    @OptionGroup var parameters: ParameterArguments

    @Option(help: "Most seconds to wait for the functions, 1 to 3600.")
    var timeout = 60

    @Flag(help: "Print one JSON object: what each function said.")
    var json = false

    func validate() throws {
        guard (1...3_600).contains(timeout) else {
            throw ValidationError("--timeout is \(timeout); give 1 to 3600 seconds.")
        }
    }

    func run() async throws {
        var aws = place.commandLine
        if stackName == nil, aws.endpointURL == nil {
            aws = AWSCommandLine(
                region: place.region, profile: place.profile, endpointURL: EndpointArguments.url(place.endpointURL))
        }
        var options = StackOptions(parameters: parameters.values)
        if let stackName {
            guard let state = try await StackClient(aws, name: stackName).state(), !state.isOnlyPlanned else {
                throw DeploymentError(
                    "There is no stack \(stackName); deploy it with `sluice deploy`, or give its --region.")
            }
            options.stackName = stackName
            options.parameters = state.parameters.merging(parameters.values) { _, given in given }
        }
        let pipeline = try SmokeTest.Pipeline(Stack(Template.load(path: template), options: options))
        let mark = UUID().uuidString.prefix(8).lowercased()
        let test = SmokeTest(
            pipeline, aws: aws, talk: .terminal, mark: mark, now: Int64(Date().timeIntervalSince1970 * 1_000))
        guard let report = try await untilStopped({ try await test.run(timeout: .seconds(timeout)) }) else {
            throw ExitCode(130)
        }
        if json { try Terminal.printJSON(report) } else { Terminal.print(report.lines.joined(separator: "\n")) }
        if let failure = report.failure { throw DeploymentError(failure) }
        Terminal.write("Order \(report.orderId) went the whole way and is deleted again.\n")
    }

    /// - Returns: nil when somebody stopped it; what it does then, such as taking the order back, is done.
    private func untilStopped(
        _ body: @escaping @Sendable () async throws -> SmokeTest.Report
    ) async throws -> SmokeTest.Report? {
        // Trapped from here on; the AWS CLI's commands do not hear a Ctrl-C either.
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        return try await withThrowingTaskGroup(of: SmokeTest.Report?.self) { group in
            group.addTask {
                for await _ in signals { break }
                return nil
            }
            group.addTask { try await body() }
            let first = try await group.next() ?? nil
            group.cancelAll()
            return first
        }
    }
}
