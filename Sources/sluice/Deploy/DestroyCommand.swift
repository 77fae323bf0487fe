import ArgumentParser
import Deployment
import Foundation

struct DestroyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "destroy",
        abstract: "Delete a deployed stack, through the AWS CLI.",
        discussion: """
            Refuses while dead letters wait in the stack's dead-letter queues. Asks for the stack's name. What the template \
            retains stays, with its contents: the orders, the customers and the queues; the commands that delete them are printed.

            Examples:
              sluice destroy
              sluice destroy --stack-name staging --yes-delete staging
            """)

    @Option(help: "Name of the stack.")
    var stackName = "sluice"

    @OptionGroup var place: AWSArguments

    @Option(help: ArgumentHelp("The stack's name once more, instead of being asked for it.", valueName: "name"))
    var yesDelete: String?

    @Flag(help: "Delete the stack even when dead letters wait, or its template is not understood.")
    var force = false

    func run() async throws {
        guard yesDelete != nil || Terminal.canAnswer else {
            throw Terminal.wrongUse(
                "Nobody is there to type the stack's name: standard input is no terminal; give --yes-delete \(stackName)."
            )
        }
        if let yesDelete, yesDelete != stackName {
            throw Terminal.wrongUse(
                "--yes-delete \(yesDelete) is not the stack's name, \(stackName); nothing was deleted.")
        }
        let destroyer = Destroyer(StackClient(place.commandLine, name: stackName), talk: .terminal)
        let report = try await destroyer.run(agreedName: yesDelete, isForced: force)
        Terminal.write("The stack \(stackName) is deleted.\n")
        guard !report.retained.isEmpty else { return }
        Terminal.write("What stays costs money and keeps its names; these commands delete it, with its contents:\n")
        Terminal.print(report.retained.flatMap(\.commands).joined(separator: "\n"))
    }
}
