import Foundation
import NIOHTTP1

/// What a request makes of a function's settings; what it does not name stays as it is.
public struct FunctionChange: Sendable, Hashable {
    public var runtime: String?
    public var handler: String?
    public var roleARN: String?
    public var description: String?
    /// 1 to 900.
    public var timeoutSeconds: Int?
    /// 128 to 10,240.
    public var memorySizeMegabytes: Int?
    public var environment: [String: String]?
    /// `Text` or `JSON`.
    public var logFormat: String?

    public init() {}
}

/// The body of CreateFunction, UpdateFunctionCode or UpdateFunctionConfiguration.
struct FunctionRequest {
    let request: RequestValue

    /// What a function cannot have here, by its member.
    private static let refused = [
        "ImageConfig": "container images do not run here; give a zip",
        "Layers": "layers do not run here; put what they hold into the zip",
        "VpcConfig": "there are no networks of one's own here; leave it out",
        "FileSystemConfigs": "there are no file systems to mount here; leave it out",
        "DeadLetterConfig": "asynchronous calls that fail have no queue here; leave it out",
    ]

    /// - Throws: ``FunctionFailure``.
    init(_ body: [UInt8], _ members: [Shape.Member]) throws(FunctionFailure) {
        do {
            request = try RequestReader.read(body, members, model: "com.amazonaws.lambda")
        } catch {
            throw FunctionFailure(.badRequest, "SerializationException", ServiceError(error).message ?? "")
        }
        do { try ConstraintCheck.check(request, members) } catch {
            throw FunctionFailure(.badRequest, "ValidationException", error.message ?? "")
        }
        for (name, reason) in Self.refused.sorted(by: { $0.key < $1.key }) {
            if let value = request[name], value != .null { throw .invalid("\(name): \(reason).") }
        }
        if request["PackageType"]?.text == "Image" {
            throw .invalid("PackageType Image: container images do not run here; give a zip.")
        }
        if request["Publish"] == .boolean(true) { throw .invalid("Publish: there are no versions here; leave it out.") }
    }

    var change: FunctionChange {
        var change = FunctionChange()
        change.runtime = request["Runtime"]?.text
        change.handler = request["Handler"]?.text
        change.roleARN = request["Role"]?.text
        change.description = request["Description"]?.text
        change.timeoutSeconds = request["Timeout"]?.integer
        change.memorySizeMegabytes = request["MemorySize"]?.integer
        change.environment = request["Environment"].map { $0["Variables"]?.texts ?? [:] }
        change.logFormat = request["LoggingConfig"]?["LogFormat"]?.text
        return change
    }

    /// The zip in a request's `ZipFile`.
    ///
    /// - Throws: ``FunctionFailure``.
    func zip(in code: RequestValue?) throws(FunctionFailure) -> [UInt8] {
        guard let text = code?["ZipFile"]?.text else {
            throw .invalid("The code is to be a zip in the request (ZipFile): there is no S3 here.")
        }
        guard let bytes = Data(base64Encoded: text), !bytes.isEmpty else {
            throw .invalid("Could not unzip uploaded file. Please check your file, then try to upload again.")
        }
        return Array(bytes)
    }
}

/// The parameters of the Lambda API's requests with a body, as AWS's model has them.
enum FunctionShapes {
    private typealias Member = Shape.Member

    static let createFunction: [Shape.Member] =
        [
            Member("FunctionName", .any, isRequired: true),
            Member("Code", .structure("FunctionCode", code), isRequired: true),
            Member("Role", role, isRequired: true),
            Member("PackageType", .oneOf("Zip", "Image")), Member("Publish", .boolean),
            Member("Tags", .map(key: .init(length: 1...128), value: .init(length: 0...256), count: 0...50)),
            architectures,
        ] + settings

    static let updateFunctionCode: [Shape.Member] =
        code + [Member("Publish", .boolean), Member("DryRun", .boolean), Member("RevisionId", .any), architectures]

    static let updateFunctionConfiguration: [Shape.Member] =
        [Member("Role", role), Member("RevisionId", .any)] + settings

    private static let role = Shape.string(length: 1...2_048, pattern: .roleARN)
    private static let architectures = Member("Architectures", .list(.oneOf("x86_64", "arm64"), count: 1...1))
    private static let code = ["ZipFile", "S3Bucket", "S3Key", "S3ObjectVersion", "ImageUri"].map { Member($0, .any) }

    private static let settings: [Shape.Member] =
        [
            Member("Runtime", .any), Member("Handler", .string(length: 0...128, pattern: .noSpace)),
            Member("Description", .string(length: 0...256)), Member("Timeout", .integer(.integer, 1...900)),
            Member("MemorySize", .integer(.integer, 128...10_240)),
            Member(
                "Environment",
                .structure(
                    "Environment",
                    [
                        Member(
                            "Variables",
                            .map(
                                key: .init(pattern: .variableName, isSensitive: true), value: .init(isSensitive: true),
                                count: 0...1_000))
                    ])),
            Member("LoggingConfig", .structure("LoggingConfig", [Member("LogFormat", .oneOf("JSON", "Text"))])),
        ] + ["ImageConfig", "VpcConfig", "DeadLetterConfig"].map { Member($0, .structure($0, [])) }
        + ["Layers", "FileSystemConfigs"].map { Member($0, .list(.any)) }
}
