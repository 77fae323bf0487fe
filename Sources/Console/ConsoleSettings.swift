/// Where the console listens and whom it trusts.
public struct ConsoleSettings: Sendable, Hashable {
    /// The port that it has by default.
    public static let portDefault = 4_567

    /// An address or a name of this machine.
    public var host: String
    /// 0 lets the system choose.
    public var port: Int

    public init(host: String = "127.0.0.1", port: Int = portDefault) {
        self.host = host
        self.port = port
    }

    /// Whether only this machine reaches the address.
    var isLoopback: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }

    /// Why the console does not start there: whoever reaches it may look at orders and stop pipes, as long as it has no login.
    /// Nil when it may.
    public func refusal(isInsecureAllowed: Bool) -> String? {
        guard !isLoopback, !isInsecureAllowed else { return nil }
        return
            "The console does not start: \(host) can be reached from other machines, and the console has no login yet; give --host a loopback address, or --insecure-console to let everybody who reaches it look at orders and change pipes."
    }
}
