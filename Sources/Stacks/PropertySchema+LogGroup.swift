extension ObjectSchema {
    /// `AWS::Logs::LogGroup`. Limits: the CloudWatch Logs API reference.
    static let logGroup = ObjectSchema(
        "AWS::Logs::LogGroup",
        [
            .accepted("BearerTokenAuthenticationEnabled"),
            .refused("DataProtectionPolicy", "nothing is masked here; \(conditionRemedy)"),
            .optional("DeletionProtectionEnabled", .boolean),
            .refused("FieldIndexPolicies", "there are no queries here that an index would serve; \(conditionRemedy)"),
            .optional("KmsKeyId", .text),
            .optional("LogGroupClass", .choice(["DELIVERY", "INFREQUENT_ACCESS", "STANDARD"])),
            .optional("LogGroupName", .name(LogGroupResource.nameRule)),
            .accepted("ResourcePolicyDocument"),
            .optional("RetentionInDays", .choice(LogGroupResource.retentionDays.map { String($0) })),
            .accepted("Tags"),
        ])
}
