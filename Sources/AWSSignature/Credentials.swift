/// Who signs. Never printed: the secret must not reach a log.
public struct Credentials: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    /// Public name of the secret, such as `AKIDEXAMPLE`.
    public var accessKeyID: String
    public var secretAccessKey: String
    /// Present for temporary credentials, such as a function's.
    public var sessionToken: String?

    public init(accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
    }

    public var description: String { "credentials of \(accessKeyID)" }
    public var customMirror: Mirror { Mirror(self, children: ["accessKeyID": accessKeyID]) }
}
