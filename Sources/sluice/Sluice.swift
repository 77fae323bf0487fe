import ArgumentParser
import Foundation

@main
struct Sluice: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sluice",
        abstract: "A real-time order pipeline: one CloudFormation template, run here with AWS's semantics.",
        version: "0.1.0",
        subcommands: [
            UpCommand.self, TopCommand.self, DemoCommand.self, LoadCommand.self, OrdersCommand.self, PipesCommand.self,
            DeadLettersCommand.self, LogsCommand.self, ClockCommand.self, FilterCommand.self, CheckCommand.self,
            CostCommand.self, PlanCommand.self, DataCommand.self, KeysCommand.self, PackageCommand.self,
            DeployCommand.self,
            SmokeCommand.self, DestroyCommand.self,
        ])

    /// Exit codes: 0 done, 1 failed, 2 wrong use, 130 stopped by the user.
    static func main() async {
        // Ctrl-C must not cut off a line, and a reader that has gone (`sluice ... | head`) is no crash.
        signal(SIGPIPE, SIG_IGN)
        let command: any ParsableCommand
        do {
            command = try parseAsRoot()
        } catch {
            finish(parsing: error)
        }
        do {
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                var command = command
                try command.run()
            }
        } catch is CancellationError {
            Terminal.error("stopped before the end")
            Foundation.exit(130)
        } catch let code as ExitCode {
            Foundation.exit(code.rawValue)
        } catch  where exitCode(for: error) == .validationFailure || exitCode(for: error) == .success {
            // A command group without a subcommand asks for its help this way.
            finish(parsing: error)
        } catch {
            Terminal.error("\(error)")
            Foundation.exit(1)
        }
    }

    private static func finish(parsing error: any Error) -> Never {
        let text = fullMessage(for: error)
        guard exitCode(for: error) != .success else {
            Terminal.print(text)
            Foundation.exit(0)
        }
        Terminal.write(text + "\n")
        Foundation.exit(2)
    }
}
