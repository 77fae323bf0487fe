import ArgumentParser
import Console
import Foundation

/// The options of the web console.
struct ConsoleArguments: ParsableArguments {
    /// Where a password may be as well.
    private static let variable = "SLUICE_CONSOLE_PASSWORD"

    @Option(help: "Port of the web console; 0 lets the system choose.")
    var consolePort = ConsoleSettings.portDefault

    @Option(
        help: ArgumentHelp(
            "Address that the web console listens on (default: --host).",
            discussion: """
                With --credentials it asks for an access key. Without, where other machines reach it, it asks for a password, or is \
                opened with a link that sluice up prints and that holds once.
                """))
    var consoleHost: String?

    @Option(
        help: ArgumentHelp(
            "File whose first line is the console's password.",
            discussion:
                "Without it the password is in SLUICE_CONSOLE_PASSWORD, if there is one. Neither counts with --credentials."
        ))
    var consolePasswordFile: String?

    @Flag(inversion: .prefixedNo, help: "Serve the web console.")
    var console = true

    @Flag(help: "Serve the console without a login, also where other machines reach it, to everybody who does.")
    var insecureConsole = false

    func validate() throws {
        guard (0...65_535).contains(consolePort) else {
            throw ValidationError("--console-port \(consolePort) is not a port; give 0 to 65535.")
        }
        if insecureConsole, consolePasswordFile != nil {
            throw ValidationError(
                "--insecure-console lets everybody in, and --console-password-file does not; give one of them.")
        }
    }

    /// Nil without a console.
    ///
    /// - Parameters:
    ///   - host: the gateway's.
    ///   - hasKeys: whether there are access keys, which then are the login.
    /// - Throws: one sentence for a password that cannot be read or is too short.
    func settings(host: String, hasKeys: Bool) throws -> ConsoleSettings? {
        guard console else { return nil }
        return ConsoleSettings(
            host: consoleHost ?? host, port: consolePort,
            password: insecureConsole || hasKeys ? nil : try password(), hasKeys: hasKeys,
            isInsecureAllowed: insecureConsole)
    }

    private func password() throws -> String? {
        let (found, place): (String?, String)
        if let path = consolePasswordFile {
            place = "The file \(path) of --console-password-file"
            guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
                throw ConsoleError("\(place) cannot be read as text; give a file whose first line is the password.")
            }
            found = text.split(separator: "\n", omittingEmptySubsequences: false).first.map(String.init) ?? ""
        } else {
            place = "The variable \(Self.variable)"
            found = ProcessInfo.processInfo.environment[Self.variable]
        }
        guard let password = found?.trimmingCharacters(in: .whitespacesAndNewlines) else { return nil }
        guard password.count >= ConsoleLogin.passwordLengthMin else {
            throw ConsoleError(
                "\(place) has a password of \(password.count) characters; give one of at least \(ConsoleLogin.passwordLengthMin)."
            )
        }
        return password
    }
}

/// A console that cannot be as it is asked for.
private struct ConsoleError: Error, CustomStringConvertible {
    /// One sentence.
    let description: String

    init(_ description: String) { self.description = description }
}
