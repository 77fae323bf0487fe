/// A dashboard of the stack: `AWS::CloudWatch::Dashboard`.
public struct DashboardResource: Sendable, Hashable {
    public var logicalID: String
    public var name: String
    /// Line of the template where the resource begins.
    public var line: Int
    /// JSON.
    public var body: String

    init(_ properties: Properties, logicalID: String, name: String, line: Int) {
        self.logicalID = logicalID
        self.name = name
        self.line = line
        body = properties.text("DashboardBody") ?? ""
    }
}
