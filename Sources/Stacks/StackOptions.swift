/// What CloudFormation is told besides the template.
public struct StackOptions: Sendable, Hashable {
    /// `AWS::StackName`; also the beginning of names that the template leaves open: `sluice-OrdersTable`.
    public var stackName: String
    /// `AWS::Region`.
    public var region: String
    /// `AWS::AccountId`, 12 digits.
    public var accountID: String
    /// Values for the template's parameters, instead of their defaults.
    public var parameters: [String: String]

    public init(
        stackName: String = "sluice", region: String = "us-east-1", accountID: String = "000000000000",
        parameters: [String: String] = [:]
    ) {
        self.stackName = stackName
        self.region = region
        self.accountID = accountID
        self.parameters = parameters
    }

    /// `AWS::Partition`.
    public var partition: String {
        if region.hasPrefix("cn-") { return "aws-cn" }
        return region.hasPrefix("us-gov-") ? "aws-us-gov" : "aws"
    }
}
