/// Who may look at the console.
public enum ConsoleLogin: Sendable, Hashable {
    /// Whoever reaches it.
    case none
    /// Who knows the password.
    case password(String)
    /// Who has a link that holds once, and then the next one.
    case link
    /// Who has an access key with the right `sluice:Report`, by its id and its secret.
    case keys

    /// Shortest password that is taken.
    public static let passwordLengthMin = 8
}

/// Where the console listens and whom it trusts.
public struct ConsoleSettings: Sendable, Hashable {
    /// The port that it has by default.
    public static let portDefault = 4_567

    /// An address or a name of this machine.
    public var host: String
    /// 0 lets the system choose.
    public var port: Int
    public var login: ConsoleLogin

    /// - Parameters:
    ///   - password: nil for none.
    ///   - hasKeys: whether access keys are asked for, on this machine too.
    ///   - isInsecureAllowed: whether everybody who reaches the console may use it. Where only this machine reaches it, they may unless
    ///     there is a password.
    public init(
        host: String = "127.0.0.1", port: Int = portDefault, password: String? = nil, hasKeys: Bool = false,
        isInsecureAllowed: Bool = false
    ) {
        self.host = host
        self.port = port
        login = .none
        if let password {
            login = .password(password)
        } else if hasKeys, !isInsecureAllowed {
            login = .keys
        } else if !isLoopback, !isInsecureAllowed {
            login = .link
        }
    }

    /// Whether only this machine reaches the address.
    package var isLoopback: Bool {
        if host == "localhost" || host == "::1" { return true }
        // In figures: a name that begins so may lead anywhere.
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
