/// What a function signs its requests with, as Lambda gives it a role's temporary key. Never printed.
public struct FunctionCredentials: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    public var accessKeyID: String
    public var secretAccessKey: String
    public var sessionToken: String

    public init(accessKeyID: String, secretAccessKey: String, sessionToken: String) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
    }

    /// For an endpoint that looks at no signature: SDKs want something to sign with.
    public static let unchecked = FunctionCredentials(
        accessKeyID: "sluice", secretAccessKey: "sluice", sessionToken: "sluice")

    public var description: String { "credentials of \(accessKeyID)" }
    public var customMirror: Mirror { Mirror(self, children: ["accessKeyID": accessKeyID]) }
}
