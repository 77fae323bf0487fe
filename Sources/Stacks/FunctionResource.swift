/// A Lambda function of the stack: `AWS::Lambda::Function`.
public struct FunctionResource: Sendable, Hashable {
    public var logicalID: String
    public var name: String
    /// Line of the template where the resource begins.
    public var line: Int
    public var arn: String
    /// `provided.al2023` or `provided.al2`, or `python3.x`.
    public var runtime: String
    /// For the provided runtimes the name of the executable: `bootstrap`.
    public var handler: String
    /// `x86_64`, the default, or `arm64`: what it runs on there. Here it is this machine's.
    public var architecture: String
    /// 1 to 900, default 3.
    public var timeoutSeconds: Int
    /// 128 to 10,240, default 128.
    public var memorySizeMegabytes: Int
    /// `Text`, the default, or `JSON`.
    public var logFormat: String
    public var environment: [String: String]
    /// nil when the function shares the account's concurrency; 0 switches it off.
    public var reservedConcurrentExecutions: Int?
    /// The last part of the zip's S3 key (`OrderProcessorFunction.zip`), or the local path when Code is one.
    public var codeKey: String
    public var roleARN: String
    /// Empty when there is none.
    public var description: String
    /// The group that LoggingConfig names; nil is ``logGroupDefault``. Here the latter is always written to.
    public var logGroupName: String?
    /// Whether TracingConfig has the mode Active. Without effect here.
    public var isTracingActive = false
    /// Whether VpcConfig names subnets. Without effect here.
    public var isInVPC = false
    /// The key of KMS that encrypts the environment at rest; nil for Lambda's own. Without effect here.
    public var kmsKeyARN: String?
}

extension FunctionResource {
    /// The group that Lambda writes to what the function prints.
    public var logGroup: String { logGroupName ?? logGroupDefault }

    /// The group where a function logs whose LoggingConfig names none, and here every function.
    public var logGroupDefault: String { "/aws/lambda/\(name)" }

    /// Most bytes that the names and values of the environment may have in all. Source: Lambda's developer guide, on quotas.
    public static let environmentSizeBytesMax = 4_096
    public static let architectureDefault = "x86_64"
    public static let timeoutSecondsDefault = 3
    public static let memorySizeMegabytesDefault = 128
    public static let logFormatDefault = "Text"

    /// - Returns: nil when the function cannot run here; the diagnostics say why.
    init?(_ properties: Properties, identity: ResourceIdentity, diagnostics: inout DiagnosticCollector) {
        func error(_ message: String, property: String) {
            diagnostics.error(
                message, line: properties.line(of: property), at: properties.place.member(property))
        }
        if properties.text("PackageType") == "Image" {
            error(
                "PackageType Image is not supported here: container images do not run; use Zip", property: "PackageType"
            )
        }
        let runtime = properties.text("Runtime")
        if let runtime, !runtime.hasPrefix("provided."), !runtime.hasPrefix("python3.") {
            error(
                "the runtime \(runtime) is not supported here; build an executable named bootstrap and use provided.al2023, or use python3.x",
                property: "Runtime")
        }
        for name in ["Runtime", "Handler"] where properties.value(name) == nil {
            error("a function in a zip needs \(name); add it", property: name)
        }
        let environment = properties.object("Environment")?.textMap("Variables") ?? [:]
        let sizeBytes = environment.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count }
        if sizeBytes > Self.environmentSizeBytesMax {
            error(
                "the environment has \(sizeBytes) bytes and may have \(Self.environmentSizeBytesMax); shorten it",
                property: "Environment")
        }
        guard let runtime, let handler = properties.text("Handler") else { return nil }
        let code = properties.text("Code") ?? properties.object("Code")?.text("S3Key").map(Self.lastComponent) ?? ""
        if code.isEmpty {
            error("Code names no zip; give S3Key the name of one", property: "Code")
            return nil
        }
        logicalID = identity.logicalID
        name = identity.name
        line = identity.line
        arn = identity.arn
        self.runtime = runtime
        self.handler = handler
        architecture = properties.texts("Architectures").first ?? Self.architectureDefault
        timeoutSeconds = properties.integer("Timeout") ?? Self.timeoutSecondsDefault
        memorySizeMegabytes = properties.integer("MemorySize") ?? Self.memorySizeMegabytesDefault
        logFormat = properties.object("LoggingConfig")?.text("LogFormat") ?? Self.logFormatDefault
        self.environment = environment
        reservedConcurrentExecutions = properties.integer("ReservedConcurrentExecutions")
        codeKey = code
        roleARN = properties.text("Role") ?? ""
        description = properties.text("Description") ?? ""
        logGroupName = properties.object("LoggingConfig")?.text("LogGroup")
        isTracingActive = properties.object("TracingConfig")?.text("Mode") == "Active"
        isInVPC = !(properties.object("VpcConfig")?.texts("SubnetIds") ?? []).isEmpty
        kmsKeyARN = properties.text("KmsKeyArn").flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func lastComponent(_ key: String) -> String {
        key.split(separator: "/").last.map(String.init) ?? ""
    }
}
