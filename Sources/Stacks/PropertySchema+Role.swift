extension ObjectSchema {
    /// The schema of a type whose policies are read; nil for others. None of them runs here.
    static func ofPolicyType(_ type: String) -> ObjectSchema? {
        switch type {
        case RoleResource.typeName: .role
        case "AWS::IAM::ManagedPolicy": .managedPolicy
        case "AWS::IAM::Policy": .policy
        case "AWS::IAM::RolePolicy": .rolePolicy
        default: nil
        }
    }

    /// `AWS::IAM::Role`. Limits: the CloudFormation registry.
    private static let role = ObjectSchema(
        RoleResource.typeName,
        [
            // PolicyDocumentReader looks at the documents.
            .required("AssumeRolePolicyDocument", .anything),
            .optional("Description", .text),
            .optional("ManagedPolicyArns", .list(of: .text, count: 0...20)),
            .optional("MaxSessionDuration", .integer(3_600...43_200)),
            .optional("Path", .text),
            .optional("PermissionsBoundary", .text),
            .optional(
                "Policies",
                .list(
                    of: .object(
                        ObjectSchema(
                            "Policies", [.required("PolicyDocument", .anything), .required("PolicyName", .text)])),
                    count: 0...100)),
            .optional("RoleName", .name(NameRule(lengths: 1...64, punctuation: "+=,.@-_"))),
            .accepted("Tags"),
        ])

    private static let managedPolicy = ObjectSchema(
        "AWS::IAM::ManagedPolicy",
        [
            .optional("Description", .text), .accepted("Groups"), .optional("ManagedPolicyName", .text),
            .optional("Path", .text), .required("PolicyDocument", .anything),
            .optional("Roles", .list(of: .text, count: 0...100)), .accepted("Tags"), .accepted("Users"),
        ])

    private static let policy = ObjectSchema(
        "AWS::IAM::Policy",
        [
            .accepted("Groups"), .required("PolicyDocument", .anything), .required("PolicyName", .text),
            .optional("Roles", .list(of: .text, count: 0...100)), .accepted("Users"),
        ])

    private static let rolePolicy = ObjectSchema(
        "AWS::IAM::RolePolicy",
        [.optional("PolicyDocument", .anything), .required("PolicyName", .text), .required("RoleName", .text)])
}
