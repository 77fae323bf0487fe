public import Console
import EventPatterns
public import Functions
public import Stacks

/// What `sluice up` and `sluice demo` can be told.
public struct EngineOptions: Sendable {
    public var templatePath: String
    public var stack: StackOptions
    /// The data folder; made when it is new.
    public var dataPath: String
    /// Where the gateway listens; nil runs the pipeline without a gateway.
    public var endpoint: Endpoint?
    /// Who may use the gateway.
    public var access: Access
    /// How what is sent to the gateway and the console is protected on its way.
    public var transport: Transport
    /// Whether functions and pipes may do only what their roles in the template allow.
    public var enforcesRoles: Bool
    /// The user that functions' processes have; nil for the engine's.
    public var functionUser: FunctionUser?
    /// Where the web console listens and who may look; nil runs without a console.
    public var console: ConsoleSettings?
    /// Gets the next link into the console when one was used.
    public var tellConsoleLink: @Sendable (_ url: String) -> Void
    /// Shards side by side in a new stream, 1 to 128.
    public var shardsPerStream: Int
    /// Folder of the functions' programs; nil looks beside the program that runs.
    public var functionsFolder: String?
    /// Whether a resource that does not run locally is an error.
    public var isStrict: Bool
    /// Whether pipes take filters that a pipe on AWS refuses or that would never match there:
    /// `PatternDialect.lenient`.
    public var hasLenientFilters: Bool
    /// Variables that every function gets on top of the template's.
    public var functionEnvironment: [String: String]
    /// A file of faults to inject; nil injects none.
    public var faultsPath: String?
    /// Whether the engine has a clock of its own that can be moved.
    public var hasTestClock: Bool
    /// How far that clock is ahead of the machine's from the beginning; not negative.
    public var clockAhead: Duration
    /// Where changes of alarms are sent, as HTTP POST; nil for nowhere.
    public var alarmWebhook: String?
    /// Whether what happens becomes metrics, and what functions write is kept.
    public var isObserved: Bool

    public struct Endpoint: Sendable, Hashable {
        public var host: String
        /// 0 lets the system choose.
        public var port: Int

        public init(host: String = "127.0.0.1", port: Int = 4_566) {
            self.host = host
            self.port = port
        }

        /// Whether only this machine reaches the address.
        var isLoopback: Bool {
            if host == "localhost" || host == "::1" { return true }
            // In figures: a name that begins so may lead anywhere.
            let parts = host.split(separator: ".", omittingEmptySubsequences: false)
            return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
        }

        /// Where this machine reaches it: loopback where it listens on every address.
        var ownHost: String { host == "0.0.0.0" ? "127.0.0.1" : host == "::" ? "::1" : host }
    }

    /// Who may use the gateway.
    public enum Access: Sendable, Hashable {
        /// Whoever is on this machine; signatures are not looked at.
        case thisMachine
        /// Whoever signs with a key of this file, wherever they are.
        case keys(path: String)
        /// Whoever reaches it, from other machines too; signatures are not looked at.
        case everybody
    }

    /// How what is sent to the gateway and the console is protected on its way.
    public enum Transport: Sendable, Hashable {
        /// Not at all, which is as it should be where it never leaves this machine.
        case plainOnThisMachine
        /// Not at all, from other machines neither.
        case plain
        /// TLS with the certificate and the key in these files.
        case certificate(path: String, keyPath: String)
        /// TLS with a certificate that the data folder keeps and that nobody else stands for.
        case developmentCertificate
    }

    public init(
        templatePath: String, stack: StackOptions = StackOptions(), dataPath: String, endpoint: Endpoint?,
        access: Access = .thisMachine, enforcesRoles: Bool = false, functionUser: FunctionUser? = nil,
        transport: Transport = .plainOnThisMachine, console: ConsoleSettings? = nil,
        tellConsoleLink: @escaping @Sendable (_ url: String) -> Void = { _ in },
        shardsPerStream: Int = 4,
        functionsFolder: String? = nil, isStrict: Bool = false,
        hasLenientFilters: Bool = false,
        functionEnvironment: [String: String] = [:], faultsPath: String? = nil, hasTestClock: Bool = false,
        clockAhead: Duration = .zero, alarmWebhook: String? = nil, isObserved: Bool = true
    ) {
        self.templatePath = templatePath
        self.stack = stack
        self.dataPath = dataPath
        self.endpoint = endpoint
        self.access = access
        self.transport = transport
        self.enforcesRoles = enforcesRoles
        self.functionUser = functionUser
        self.console = console
        self.tellConsoleLink = tellConsoleLink
        self.shardsPerStream = shardsPerStream
        self.functionsFolder = functionsFolder
        self.isStrict = isStrict
        self.hasLenientFilters = hasLenientFilters
        self.functionEnvironment = functionEnvironment
        self.faultsPath = faultsPath
        self.hasTestClock = hasTestClock
        self.clockAhead = clockAhead
        self.alarmWebhook = alarmWebhook
        self.isObserved = isObserved
    }
}

extension EngineOptions {
    /// The dialect of the pipes' filters.
    var filterDialect: PatternDialect { hasLenientFilters ? .lenient : .pipes }
}

/// Why an engine cannot run.
public struct EngineError: Error, Sendable, CustomStringConvertible {
    /// One sentence: the thing, the place, the remedy.
    public let description: String
    init(_ description: String) { self.description = description }
}
