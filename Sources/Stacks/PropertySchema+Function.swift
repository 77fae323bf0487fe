extension ObjectSchema {
    /// `AWS::Lambda::Function`. Limits: Lambda's developer guide, on quotas (time-out 1 to 900 s, memory 128 to 10,240 MB).
    static let function = ObjectSchema(
        "AWS::Lambda::Function",
        [
            .optional("Architectures", .list(of: .choice(["arm64", "x86_64"]), count: 1...1)),
            .refused("CapacityProviderConfig", "functions run as processes of this machine; \(conditionRemedy)"),
            .required("Code", .textOr(code)),
            .accepted("CodeSigningConfigArn"),
            .refused(
                "DeadLetterConfig",
                "it applies to asynchronous calls, which do not happen here; \(conditionRemedy)"),
            .optional("Description", .text),
            .refused("DurableConfig", "durable functions do not run here; \(conditionRemedy)"),
            .optional("Environment", .object(ObjectSchema("Environment", [.optional("Variables", .textMap)]))),
            .optional(
                "EphemeralStorage",
                .object(ObjectSchema("EphemeralStorage", [.required("Size", .integer(512...10_240))]))),
            .refused("FileSystemConfigs", "functions see this machine's files here; \(conditionRemedy)"),
            .optional("FunctionName", .name(NameRule(lengths: 1...64, punctuation: "-_"))),
            .accepted("FunctionScalingConfig"),
            .optional("Handler", .text),
            .refused("ImageConfig", "container images do not run here; use PackageType Zip"),
            .accepted("KmsKeyArn"),
            .refused("Layers", "put what the layer holds into the function's zip; \(conditionRemedy)"),
            .optional("LoggingConfig", .object(loggingConfig)),
            .optional("MemorySize", .integer(128...10_240)),
            .optional("PackageType", .choice(["Image", "Zip"])),
            .accepted("PublishToLatestPublished"),
            .accepted("RecursiveLoop"),
            .optional("ReservedConcurrentExecutions", .integer(0...1_000_000)),
            .required("Role", .text),
            .optional("Runtime", .text),
            .accepted("RuntimeManagementConfig"),
            .accepted("SnapStart"),
            .accepted("Tags"),
            .refused("TenancyConfig", "one environment serves all tenants here; \(conditionRemedy)"),
            .optional("Timeout", .integer(1...900)),
            .accepted("TracingConfig"),
            .accepted("VpcConfig"),
        ])

    private static let loggingConfig = ObjectSchema(
        "LoggingConfig",
        [
            .accepted("ApplicationLogLevel"), .optional("LogFormat", .choice(["JSON", "Text"])),
            .accepted("LogGroup"), .accepted("SystemLogLevel"),
        ])

    private static let code = ObjectSchema(
        "Code",
        [
            .refused("ImageUri", "container images do not run here; use S3Bucket and S3Key"),
            .required("S3Bucket", .text),
            .required("S3Key", .text),
            .accepted("S3ObjectStorageMode"),
            .accepted("S3ObjectVersion"),
            .accepted("SourceKMSKeyArn"),
            .refused("ZipFile", "inline code needs an interpreter that is not here; use S3Bucket and S3Key"),
        ])
}
