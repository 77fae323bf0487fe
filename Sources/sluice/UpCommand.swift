import ArgumentParser
import Clocks
import Engine
import Functions
import Logging
import Stacks

struct UpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up",
        abstract: "Run a template here until stopped.",
        discussion: """
            Runs the tables, pipes, functions and queues of the template, durably in the data folder. AWS clients reach it \
            with only the endpoint changed. Ctrl-C or SIGTERM stops it once running invocations have ended.

            Example: sluice up --template template.yaml --data .sluice
            """)

    @OptionGroup var engine: EngineArguments

    @Option(help: "Folder that keeps everything; made when it is new.")
    var data = ".sluice"

    @Option(help: "Address to listen on. Where other machines reach it, requests must be signed: see --credentials.")
    var host = "127.0.0.1"

    @Option(help: "Port to listen on; 0 lets the system choose.")
    var port = 4_566

    @Option(
        help: ArgumentHelp(
            "File of the keys that requests must be signed with.",
            discussion:
                "`sluice keys` makes it; a change of it holds a second later. Documentation/access.md has its form."))
    var credentials: String?

    @Flag(help: "Answer unsigned requests also where other machines reach the endpoint, to everybody who does.")
    var insecureUnsigned = false

    @OptionGroup var transport: TransportArguments

    @Flag(
        help: ArgumentHelp(
            "Let functions and pipes do only what their roles in the template allow.",
            discussion:
                "What is refused is logged with the statement that is missing. Documentation/access.md has more."))
    var enforceIam = false

    @Option(
        help: ArgumentHelp(
            "User that functions' processes have instead of this one.",
            discussion: "As root only. It keeps functions from the data folder, the keys and the engine itself."))
    var functionUser: String?

    @OptionGroup var console: ConsoleArguments

    @Option(
        help: ArgumentHelp(
            "Shards side by side in a new stream.",
            discussion: "Pipes read each shard on its own; a stream that exists keeps the shards it has."))
    var streamShards = 4

    @Flag(
        help: ArgumentHelp(
            "Run on a clock that `sluice clock` moves.",
            discussion: "For tests. Give it a data folder of its own: what is stored keeps its times."))
    var testClock = false

    @Option(
        help: ArgumentHelp(
            "How far the test clock is ahead from the beginning, such as 90s, 24h or 1d12h.",
            discussion: "Where the clock stood that a data folder was left with, so that its time does not go back."))
    var clockAhead: String?

    @Option(
        help: ArgumentHelp(
            "URL that is told of alarms that change.",
            discussion: "Gets each alarm action as a POST with the event that Lambda gets of an alarm on AWS."))
    var alarmWebhook: String?

    @Flag(
        help: ArgumentHelp(
            "Keep no metrics and nothing of what functions write.",
            discussion: "To measure what they cost: make bench-pipes ARGS=\"--only observing\"."))
    var unobserved = false

    @Flag(help: "Refuse a template with resources that do not run here.")
    var strict = false

    func validate() throws {
        guard (0...65_535).contains(port) else {
            throw ValidationError("--port \(port) is not a port; give 0 to 65535.")
        }
        guard (1...128).contains(streamShards) else {
            throw ValidationError("--stream-shards \(streamShards) is not possible; give 1 to 128.")
        }
        if insecureUnsigned, credentials != nil {
            throw ValidationError(
                "--insecure-unsigned lets everybody in, and --credentials does not; give one of them.")
        }
        if credentials != nil, console.consolePasswordFile != nil {
            throw ValidationError(
                "--console-password-file asks for a password, and with --credentials the console asks for a key; give one of them."
            )
        }
        if let clockAhead {
            guard Duration(text: clockAhead) != nil else {
                throw ValidationError(
                    "--clock-ahead \(clockAhead) is no duration; give one such as 250ms, 90s, 15m, 24h or 1d12h.")
            }
            guard testClock else {
                throw ValidationError("--clock-ahead moves a test clock; give --test-clock with it.")
            }
        }
        if let alarmWebhook, !alarmWebhook.hasPrefix("http://"), !alarmWebhook.hasPrefix("https://") {
            throw ValidationError(
                "--alarm-webhook \(alarmWebhook) is no URL; give one that begins with http:// or https://.")
        }
    }

    func run() async throws {
        // Before there are secrets, and before there is anybody to look for them.
        EngineProcess.hide()
        let options = EngineOptions(
            templatePath: engine.template, stack: engine.stackOptions, dataPath: data,
            endpoint: .init(host: host, port: port),
            access: credentials.map { .keys(path: $0) } ?? (insecureUnsigned ? .everybody : .thisMachine),
            enforcesRoles: enforceIam, functionUser: try functionUser.map { try FunctionUser(named: $0) },
            transport: transport.transport, console: try console.settings(host: host, hasKeys: credentials != nil),
            tellConsoleLink: { Terminal.write("The link into the console was used; the next one is \($0)\n") },
            shardsPerStream: streamShards,
            functionsFolder: engine.functions, isStrict: strict,
            hasLenientFilters: engine.lenientFilters, faultsPath: engine.faults, hasTestClock: testClock,
            clockAhead: clockAhead.flatMap { Duration(text: $0) } ?? .zero,
            alarmWebhook: alarmWebhook, isObserved: !unobserved)
        let logger = engine.logger(.warning)
        let pipeline = try Engine(options, logger: logger)
        for warning in pipeline.warnings { Terminal.error("\(warning)") }
        let template = engine.template + (engine.lenientFilters ? " with lenient filters, as AWS would not," : "")
        let service = EngineService(engine: pipeline) { running in
            announce(running, pipeline, template)
            await Self.showLine(of: running)
        }
        defer { EngineArguments.reportFaults(of: pipeline) }
        try await service.runUntilStopped(logger: logger)
        Terminal.print("Stopped.")
    }

    /// Shows a line of what the engine does in place, anew every second, where somebody watches; until cancelled.
    private static func showLine(of engine: RunningEngine) async {
        guard Terminal.isInteractive else { return }
        var (before, moment) = (engine.report(), ContinuousClock.now)
        while (try? await Task.sleep(for: .seconds(1))) != nil {
            let (report, now) = (engine.report(), ContinuousClock.now)
            let figures = LiveFigures(report, since: before, seconds: (now - moment).milliseconds / 1_000)
            (before, moment) = (report, now)
            Terminal.showLine(LivePicture(figures: figures).summary)
        }
        Terminal.clearLine()
    }

    /// The start-up lines: what runs, what does not, where, and how to stop it.
    private func announce(_ running: RunningEngine, _ pipeline: Engine, _ template: String) {
        var lines = ["Sluice runs \(template) at \(running.endpointURL ?? "no address"), data in \(running.dataPath)"]
        if let console = running.consoleURL { lines.append("  the console: \(console)") }
        if let credentials, let count = pipeline.keyCount {
            lines.append("  signed requests only, with one of \(count) key\(count == 1 ? "" : "s") in \(credentials)")
        }
        if insecureUnsigned { lines.append("  unsigned requests are answered to everybody who reaches \(host)") }
        if let text = pipeline.certificateText { lines.append("  TLS with the certificate \(text)") }
        if let path = pipeline.certificateToTrust {
            lines.append("  clients trust it with AWS_CA_BUNDLE=\(path), aws --ca-bundle or curl --cacert")
        }
        if transport.insecurePlaintext {
            lines.append("  what is sent can be read on its way")
        }
        if enforceIam { lines.append("  functions and pipes may do what their roles allow") }
        if let functionUser { lines.append("  functions have the user \(functionUser)") }
        lines += running.pipeLines.map { "  \($0)" }
        if !pipeline.notLocal.isEmpty {
            let types = Dictionary(grouping: pipeline.notLocal, by: \.type).sorted { $0.key < $1.key }
            let text = types.map { "\($0.value.count) × \($0.key)" }.joined(separator: ", ")
            lines.append("  on AWS only: \(text)")
        }
        if let faults = pipeline.faults { lines.append("  \(faults.announcement)") }
        if testClock {
            let ahead = clockAhead.map { ", \($0) ahead" } ?? ""
            lines.append("  on a test clock\(ahead): `sluice clock` moves it")
        }
        lines.append("Ready. Ctrl-C stops it.")
        Terminal.print(lines.joined(separator: "\n"))
    }
}
