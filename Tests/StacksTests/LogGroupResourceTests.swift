import Testing

@testable import Stacks

@Suite struct LogGroupResourceTests {
    private func stack(_ properties: String) throws -> Stack {
        try Stack(
            Template(
                yaml:
                    """
                    Resources:
                      Logs:
                        Type: AWS::Logs::LogGroup
                        Properties: {\(properties)}
                    """, file: "t.yaml"))
    }

    @Test func settingsAreRead() throws {
        let stack = try stack(
            "LogGroupName: /a#b, RetentionInDays: 14, LogGroupClass: INFREQUENT_ACCESS, DeletionProtectionEnabled: true, "
                + "Tags: [{Key: team, Value: orders}]")
        #expect(
            stack.logGroups == [
                LogGroupResource(
                    logicalID: "Logs", name: "/a#b", line: 2,
                    arn: "arn:aws:logs:us-east-1:000000000000:log-group:/a#b:*",
                    retentionInDays: 14, logGroupClass: "INFREQUENT_ACCESS", isDeletionProtected: true,
                    tags: ["team": "orders"])
            ])
        #expect(stack.notLocal.isEmpty)
        #expect(stack.warnings.isEmpty)
    }

    @Test func defaultsKeepForEver() throws {
        let group = try #require(try stack("").logGroups.first)
        #expect(group.name == "sluice-Logs")
        #expect(group.retentionInDays == nil)
        #expect(group.logGroupClass == "STANDARD")
    }

    @Test func aKeyIsWarnedOf() throws {
        let warnings = try stack("KmsKeyId: k").warnings
        #expect(
            warnings.map(\.message) == [
                "KmsKeyId has no effect here: the log group is kept as it is; encrypt the disk of the data folder"
            ])
    }

    @Test(
        arguments: [
            ("RetentionInDays: 2", "RetentionInDays must be 1, 3, 5"),
            ("LogGroupName: a b", "LogGroupName must have 1 to 512"),
            ("DataProtectionPolicy: {}", "DataProtectionPolicy of AWS::Logs::LogGroup is not supported here"),
            ("Retention: 3", "Retention is not a property of AWS::Logs::LogGroup"),
        ])
    func isRefused(properties: String, message: String) {
        let error = #expect(throws: TemplateError.self) { try stack(properties) }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }
}
