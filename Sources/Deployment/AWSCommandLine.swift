public import Foundation

/// The AWS CLI, version 1 or 2: the one way in which Sluice speaks to CloudFormation, and so with whatever credentials,
/// profiles and single sign-on the user has set up for it.
public struct AWSCommandLine: Sendable {
    /// How a program is run: its arguments and what it finds in its environment, to its end.
    public typealias Run =
        @Sendable (_ arguments: [String], _ environment: [String: String]) async throws -> ProgramOutcome

    /// Such as `eu-central-1`; nil leaves it to the AWS CLI.
    public var region: String?
    /// Nil leaves it to the AWS CLI.
    public var profile: String?
    /// Instead of AWS: another service's address, or a running engine's.
    public var endpointURL: String?

    private let environment: [String: String]
    private let run: Run

    /// - Parameters:
    ///   - environment: what the AWS CLI inherits, and where the region and the endpoint are looked for.
    ///   - run: how it is run, by default as the program `aws` of the environment's `PATH`.
    public init(
        region: String? = nil, profile: String? = nil, endpointURL: String? = nil,
        environment: [String: String] = ProcessInfo.processInfo.environment, run: Run? = nil
    ) {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        self.profile = profile
        self.endpointURL = endpointURL ?? value("AWS_ENDPOINT_URL")
        // Version 1 knows only the second of them: it is always told in words.
        self.region = region ?? value("AWS_REGION") ?? value("AWS_DEFAULT_REGION")
        var environment = environment
        // A pager would wait for somebody to press a key.
        environment["AWS_PAGER"] = ""
        environment["AWS_ENDPOINT_URL"] = self.endpointURL
        if Self.isOnThisMachine(self.endpointURL) {
            self.region = self.region ?? "us-east-1"
            // What runs here knows no account; the AWS CLI asks for credentials all the same.
            if profile == nil, value("AWS_ACCESS_KEY_ID") == nil, value("AWS_PROFILE") == nil {
                environment["AWS_ACCESS_KEY_ID"] = "sluice"
                environment["AWS_SECRET_ACCESS_KEY"] = "sluice"
            }
        }
        self.environment = environment
        self.run =
            run ?? { arguments, environment in
                do {
                    return try await ProgramRun.finish("aws", arguments, environment: environment)
                } catch is ProgramNotFound {
                    throw DeploymentError(
                        "The AWS CLI is missing: there is no program aws in PATH; install it with `pip install awscli`, or as "
                            + "https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html says.")
                }
            }
    }

    static func isOnThisMachine(_ url: String?) -> Bool {
        guard let url, let host = URLComponents(string: url)?.host else { return false }
        if ["localhost", "[::1]", "::1"].contains(host) { return true }
        // In figures: a name that begins so may lead anywhere.
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    /// All arguments of a command: what the command has, then the region, profile, endpoint and form of the answer.
    public func arguments(_ command: [String]) -> [String] {
        var arguments = command
        if let region { arguments += ["--region", region] }
        if let profile { arguments += ["--profile", profile] }
        if let endpointURL { arguments += ["--endpoint-url", endpointURL] }
        return arguments + ["--output", "json"]
    }

    /// A command as a shell takes it.
    public func line(_ command: [String]) -> String {
        var words = ["aws"] + command
        if let region { words += ["--region", region] }
        if let profile { words += ["--profile", profile] }
        if let endpointURL { words += ["--endpoint-url", endpointURL] }
        return words.map(Self.shellWord).joined(separator: " ")
    }

    /// Runs a command.
    ///
    /// - Returns: what it printed.
    /// - Throws: ``AWSFailure`` when it ends with an error.
    public func text(_ command: [String]) async throws -> String {
        let outcome = try await run(arguments(command), environment)
        guard outcome.status == 0 else { throw AWSFailure(outcome, command: command) }
        return outcome.output
    }

    /// Runs a command and reads its answer.
    ///
    /// - Throws: ``AWSFailure``, and ``DeploymentError`` for an answer of another kind.
    public func answer<Answer: Decodable>(_ command: [String], as type: Answer.Type = Answer.self) async throws
        -> Answer
    {
        let text = try await text(command)
        do {
            return try JSONDecoder().decode(Answer.self, from: Data(text.utf8))
        } catch {
            throw DeploymentError(
                "aws \(command.prefix(2).joined(separator: " ")) gave an answer that is not understood (\(error)); "
                    + "look at what `\(line(command))` prints.")
        }
    }

    /// The region: the one given, or the environment's, or the AWS CLI's own configuration.
    ///
    /// - Throws: ``DeploymentError`` when nobody names one.
    public func configuredRegion() async throws -> String {
        if let region { return region }
        let outcome = try await run(arguments(["configure", "get", "region"]), environment)
        let found = outcome.output.trimmingCharacters(in: .whitespacesAndNewlines)
        guard outcome.status == 0, !found.isEmpty else {
            throw DeploymentError(
                "No region is set; give one with --region, such as --region eu-central-1, or with AWS_REGION.")
        }
        return found
    }

    static func shellWord(_ word: String) -> String {
        let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=,@%+")
        if !word.isEmpty, word.allSatisfy(plain.contains) { return word }
        return "'\(word.replacingOccurrences(of: "'", with: "'\\''"))'"
    }
}

/// What a command of the AWS CLI complained of.
public struct AWSFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// What AWS calls the error, such as `ValidationError`; nil when no service answered.
    public let code: String?
    /// The AWS CLI's or the service's own words.
    public let message: String
    /// One sentence: the thing, the place, the remedy.
    public let description: String

    public init(_ outcome: ProgramOutcome, command: [String]) {
        let text =
            outcome.errors.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
            .last { !$0.isEmpty && !$0.contains("Uploading to ") } ?? "it ended with exit status \(outcome.status)"
        // "An error occurred (ValidationError) when calling the DescribeStacks operation: Stack ... does not exist"
        let error = text.firstMatch(
            of: /An error occurred \(([^)]+)\) when calling the \w+ operation(?: \([^)]*\))?: ?(.*)/)
        code = error.map { String($0.1) }
        message = error.map { String($0.2) } ?? text
        let name = command.prefix(2).joined(separator: " ")
        let end = message.hasSuffix(".") ? "" : "."
        description =
            "aws \(name): \(code.map { "\($0): " } ?? "")\(message)\(end)\(Self.remedy(code: code, text: text))"
    }

    /// What to do about the errors that everybody meets once.
    private static func remedy(code: String?, text: String) -> String {
        let signIn = ["credentials", "token", "sso", "security", "expired"]
        let codes = ["ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "UnrecognizedClientException"]
        let lower = text.lowercased()
        if codes.contains(code ?? "") || (code == nil && signIn.contains { lower.contains($0) }) {
            return " Sign in with `aws configure` or `aws sso login`, or name a profile with --profile."
        }
        if code == nil, lower.contains("region") { return " Give --region, such as --region eu-central-1." }
        if code == nil, lower.contains("could not connect") {
            return
                " Check the network and --endpoint-url; for an endpoint of one's own the AWS CLI must be 1.29, 2.13 or later."
        }
        if code?.hasPrefix("AccessDenied") == true || code == "UnauthorizedOperation" || code == "403" {
            return " The user that `aws sts get-caller-identity` shows needs that permission."
        }
        return ""
    }

    /// Whether CloudFormation does not know the stack.
    public var isUnknownStack: Bool { code == "ValidationError" && message.contains("does not exist") }
}

/// Why there is no deployment.
public struct DeploymentError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One sentence, or one a line: the thing, the place, the remedy.
    public let description: String
    public init(_ description: String) { self.description = description }
}
