import ArgumentParser
import Deployment
import Foundation

/// Which stack, and where: what every command takes that speaks to AWS.
struct AWSArguments: ParsableArguments {
    @Option(help: "The AWS region (default: AWS_REGION, or what `aws configure` has set).")
    var region: String?

    @Option(help: "A profile of the AWS CLI.")
    var profile: String?

    @Option(help: "Address to use instead of AWS (default: AWS_ENDPOINT_URL).")
    var endpointURL: String?

    var commandLine: AWSCommandLine {
        AWSCommandLine(region: region, profile: profile, endpointURL: endpointURL)
    }
}

extension Talk {
    /// With whoever sits at the terminal.
    static let terminal = Talk(
        say: { Terminal.write($0 + "\n") }, progress: { Terminal.showLine($0) },
        ask: {
            Terminal.write($0)
            return readLine()
        })
}

extension Terminal {
    /// Whether somebody is there to answer a question.
    static var canAnswer: Bool { isatty(STDIN_FILENO) == 1 }

    /// A caller's mistake that shows only while the command runs: a sentence, and exit code 2.
    static func wrongUse(_ sentence: String) -> ExitCode {
        error(sentence)
        return ExitCode(2)
    }
}
