/// A log group of the stack: `AWS::Logs::LogGroup`.
public struct LogGroupResource: Sendable, Hashable {
    public var logicalID: String
    public var name: String
    /// Line of the template where the resource begins.
    public var line: Int
    /// With `:*` behind the name, as `Fn::GetAtt` gives it.
    public var arn: String
    /// One of ``retentionDays``; nil keeps events for ever.
    public var retentionInDays: Int?
    /// Kept and shown, and without effect.
    public var kmsKeyID: String?
    /// `STANDARD`, the default, `INFREQUENT_ACCESS` or `DELIVERY`.
    public var logGroupClass: String
    public var isDeletionProtected: Bool
    public var tags: [String: String]
}

extension LogGroupResource {
    /// What RetentionInDays may be. Source: CloudWatch Logs API reference, `PutRetentionPolicy`.
    public static let retentionDays = [
        1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1_096, 1_827, 2_192, 2_557, 2_922, 3_288, 3_653,
    ]
    static let nameRule = NameRule(lengths: 1...512, punctuation: ".-_/#")

    init(_ properties: Properties, identity: ResourceIdentity, diagnostics: inout DiagnosticCollector) {
        logicalID = identity.logicalID
        name = identity.name
        line = identity.line
        arn = identity.arn
        retentionInDays = properties.integer("RetentionInDays")
        kmsKeyID = properties.text("KmsKeyId")
        if kmsKeyID != nil {
            diagnostics.warning(
                "KmsKeyId has no effect here: the log group is kept as it is; encrypt the disk of the data folder",
                line: properties.line(of: "KmsKeyId"), at: properties.place.member("KmsKeyId"))
        }
        logGroupClass = properties.text("LogGroupClass") ?? "STANDARD"
        isDeletionProtected = properties.boolean("DeletionProtectionEnabled") ?? false
        tags = Dictionary(
            properties.objects("Tags").compactMap { tag in
                tag.text("Key").flatMap { key in tag.text("Value").map { (key, $0) } }
            }, uniquingKeysWith: { _, last in last })
    }
}
