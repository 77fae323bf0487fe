import AccessKeys
import ArgumentParser
import Clocks
import Foundation

struct KeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Make, list and revoke the keys that requests are signed with.",
        discussion: """
            The keys are in a file for its owner alone, which `sluice up --credentials FILE` reads, and reads again when it \
            changes.
            """,
        subcommands: [KeysCreateCommand.self, KeysListCommand.self, KeysRevokeCommand.self])
}

/// The file that all of them are about.
struct CredentialsArguments: ParsableArguments {
    @Option(help: "The file of the keys.")
    var credentials: String

    @Flag(help: "Print JSON.")
    var json = false
}

struct KeysCreateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make a key, and the file when it is new.",
        discussion: """
            Without --allow the key may do everything. With it, it may do these actions on the resources of --on, and \
            nothing else; statements of other kinds are written into the file by hand.

            Example: sluice keys create --credentials keys.json --name shop --allow dynamodb:PutItem --on "arn:aws:dynamodb:*:*:table/Orders"
            """)

    @OptionGroup var file: CredentialsArguments

    @Option(help: "Who has the key: up to 64 letters, digits and +=,.@_-")
    var name: String

    @Option(help: "An action that it may do, such as dynamodb:PutItem or sqs:*; may be given several times.")
    var allow: [String] = []

    @Option(help: "An ARN that it may do it on, with * for any characters (default: *); may be given several times.")
    var on: [String] = []

    func validate() throws {
        guard AccessKey.isName(name) else {
            throw ValidationError("--name \(name) is no name; give 1 to 64 letters, digits and +=,.@_-")
        }
        guard on.isEmpty || !allow.isEmpty else {
            throw ValidationError("--on says where something is allowed, and nothing is; name it with --allow.")
        }
        // A full stop that was forgotten would allow nothing, and nobody would see why.
        for action in allow where action != "*" && !action.contains(":") {
            throw ValidationError("--allow \(action) is no action; give one such as dynamodb:PutItem.")
        }
    }

    /// What is made, with the secret: the contract of --json.
    private struct Made: Encodable {
        let accessKeyId: String
        let secretAccessKey: String
        let name: String
    }

    func run() throws {
        var generator = SystemRandomNumberGenerator()
        let rights: AccessRights =
            allow.isEmpty ? .everything : .statements([.init(allow: allow, on: on.isEmpty ? ["*"] : on)])
        let key = AccessKey.make(name: name, rights: rights, now: SystemTime().now(), using: &generator)
        try CredentialsFile.change(file.credentials, isCreated: true) { $0.keys.append(key) }
        guard !file.json else {
            return try Terminal.printJSON(Made(accessKeyId: key.id, secretAccessKey: key.secret, name: key.name))
        }
        Terminal.print(
            """
            Made a key of \(key.name) in \(file.credentials). Its holder needs:
              export AWS_ACCESS_KEY_ID=\(key.id)
              export AWS_SECRET_ACCESS_KEY=\(key.secret)
            """)
    }
}

struct KeysListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Show the keys of a file, without their secrets.",
        discussion: "Example: sluice keys list --credentials keys.json")

    @OptionGroup var file: CredentialsArguments

    /// A key without its secret: the contract of --json.
    private struct Shown: Encodable {
        struct Statement: Encodable {
            let allow: [String]
            let on: [String]
        }

        let accessKeyId: String
        let name: String
        let hasSessionToken: Bool
        let created: String?
        let revoked: String?
        /// Missing for a key that may do everything.
        let rights: [Statement]?

        init(_ key: AccessKey) {
            accessKeyId = key.id
            name = key.name
            hasSessionToken = key.sessionToken != nil
            created = key.created.map(MomentText.text)
            revoked = key.revoked.map(MomentText.text)
            rights =
                if case .statements(let statements) = key.rights {
                    statements.map { Statement(allow: $0.allow, on: $0.on) }
                } else { nil }
        }
    }

    func run() throws {
        let keys = try CredentialsFile.read(file.credentials).keys
        guard !file.json else { return try Terminal.printJSON(keys.map(Shown.init)) }
        guard !keys.isEmpty else { return Terminal.print("There are no keys in \(file.credentials).") }
        for key in keys {
            var line = "\(key.id)  \(key.name)"
            if let created = key.created { line += ", made \(MomentText.text(created))" }
            if let revoked = key.revoked { line += ", revoked \(MomentText.text(revoked))" }
            Terminal.print(line)
            switch key.rights {
            case .everything: Terminal.print("  everything")
            // Roles are of a running engine's own keys.
            case .statements([]), .role: Terminal.print("  nothing")
            case .statements(let statements):
                for statement in statements {
                    Terminal.print(
                        "  \(statement.allow.joined(separator: ", ")) on \(statement.on.joined(separator: ", "))")
                }
            }
        }
    }
}

struct KeysRevokeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Let a key in no more.",
        discussion: """
            An engine that runs refuses it a second later. It stays in the file, marked.

            Example: sluice keys revoke --credentials keys.json SLUIABCDEFGHIJKLMNOP
            """)

    @OptionGroup var file: CredentialsArguments

    @Argument(help: "The key's access key id.")
    var accessKeyID: String

    /// The contract of --json.
    private struct Revoked: Encodable {
        let accessKeyId: String
        /// False for a key that was revoked before.
        let isNew: Bool
    }

    func run() throws {
        let isNew = try CredentialsFile.change(file.credentials) { file throws(CredentialsError) in
            try file.revoke(accessKeyID, now: SystemTime().now())
        }
        guard !file.json else { return try Terminal.printJSON(Revoked(accessKeyId: accessKeyID, isNew: isNew)) }
        Terminal.print(
            isNew
                ? "The key \(accessKeyID) comes in no more." : "The key \(accessKeyID) was revoked before.")
    }
}
