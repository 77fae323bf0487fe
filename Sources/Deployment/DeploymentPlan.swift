internal import Foundation
public import Stacks

/// What is deployed, as it lies here, and the commands that deploy it.
public struct DeploymentPlan: Sendable {
    /// A function's zip.
    public struct Zip: Sendable, Hashable {
        public let logicalID: String
        /// Absolute.
        public let path: String
        public let sizeBytes: Int
    }

    public let templatePath: String
    /// The template's text.
    public let text: String
    /// What the template says with ``parameters``.
    public let stack: Stack
    public let stackName: String
    /// Values for the template's parameters.
    public let parameters: [String: String]
    /// Of a stack that is new.
    public let bucketPrefix: String
    public let zips: [Zip]
    /// The template with the zips as the functions' code.
    public let localTemplate: String
    /// The template's parameters that nobody gives a value, with their defaults.
    private let openParameters: [(name: String, defaultValue: String?)]

    /// Reads a template and looks for the zips that its functions need.
    ///
    /// - Parameters:
    ///   - path: the template's file.
    ///   - functionsFolder: where the zips are, each under the name that its function has in `S3Key`.
    /// - Throws: `TemplateError` for a template with errors, ``DeploymentError`` for zips that are missing.
    public init(path: String, stackName: String, parameters: [String: String], functionsFolder: String) throws {
        let (template, text) = try Template.loadWithText(path: path)
        let stack = try Stack(template, options: StackOptions(stackName: stackName, parameters: parameters))
        let folder = URL(fileURLWithPath: functionsFolder).standardizedFileURL
        let inBuckets = Set(template.functionsInBuckets)
        let wanted = stack.functions.filter { inBuckets.contains($0.logicalID) }.map { function in
            (function.logicalID, folder.appendingPathComponent(function.codeKey).path)
        }
        let missing = wanted.filter { !FileManager.default.fileExists(atPath: $0.1) }.map(\.1)
        guard missing.isEmpty else {
            throw DeploymentError(
                "\(missing.joined(separator: " and ")) \(missing.count == 1 ? "is" : "are") missing; pack the functions with "
                    + "`make package-functions`, or name the folder of their zips with --functions.")
        }
        zips = try wanted.map { logicalID, path in
            let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
            return Zip(logicalID: logicalID, path: path, sizeBytes: size)
        }
        localTemplate = try template.text(
            text, withLocalCode: Dictionary(wanted.map { ($0.0, $0.1) }) { _, last in last })
        templatePath = path
        self.text = text
        self.stack = stack
        self.stackName = stackName
        self.parameters = parameters
        bucketPrefix =
            parameters[CodeBucket.parameter] ?? template.parameterDefault(CodeBucket.parameter)
            ?? CodeBucket.prefixDefault
        openParameters = template.parameterNames.filter { parameters[$0] == nil }
            .map { ($0, template.parameterDefault($0)) }
    }

    /// What CloudFormation makes of the prefix: a parameter that is not given keeps the value that the stack has.
    ///
    /// - Parameter kept: the stack's parameters; nil of one that is new.
    func bucketPrefix(keeping kept: [String: String]?) -> String {
        guard openParameters.contains(where: { $0.name == CodeBucket.parameter }) else { return bucketPrefix }
        return kept?[CodeBucket.parameter] ?? bucketPrefix
    }

    /// A sentence for each parameter that is not given and of which the stack keeps another value than the template's default.
    ///
    /// - Parameter kept: the stack's parameters.
    func keptParameters(_ kept: [String: String]) -> [String] {
        openParameters.compactMap { name, defaultValue in
            // Stars are what CloudFormation shows in place of a secret.
            guard let defaultValue, let value = kept[name], value != defaultValue, value != "****" else { return nil }
            func shown(_ value: String) -> String { value.isEmpty ? "\"\"" : value }
            return "\(name) keeps \(shown(value)), not the template's \(shown(defaultValue)); give "
                + "--parameter \(AWSCommandLine.shellWord("\(name)=\(defaultValue)")) to change it."
        }
    }

    /// Uploads the zips under names that follow from their contents, and writes the template that names them.
    ///
    /// In JSON: what YAML 1.1 and 1.2 read differently, such as the `N` of a table's attributes, cannot go wrong there.
    public static func package(template: String, bucket: CodeBucket, output: String) -> [String] {
        [
            "cloudformation", "package", "--template-file", template, "--s3-bucket", bucket.name, "--s3-prefix",
            "functions",
            "--use-json", "--output-template-file", output,
        ]
    }

    /// Uploads the template and makes a change set of it. Through the bucket a template may have 1 MB; sent as it is, 51,200
    /// bytes.
    public func changeSet(template: String, bucket: CodeBucket) -> [String] {
        var command = [
            "cloudformation", "deploy", "--template-file", template, "--stack-name", stackName, "--s3-bucket",
            bucket.name,
            "--s3-prefix", "templates", "--capabilities", "CAPABILITY_NAMED_IAM", "--no-execute-changeset",
            "--no-fail-on-empty-changeset",
        ]
        if !parameters.isEmpty {
            command += ["--parameter-overrides"] + parameters.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        }
        return command
    }

    /// The commands of a deployment that is agreed to, in the order in which they are run; those that make the bucket are run
    /// only where it is missing. How often CloudFormation is asked meanwhile what has happened is left out.
    ///
    /// - Parameters:
    ///   - bucket: with words such as ACCOUNT where nobody has been asked yet.
    ///   - changeSet: the change set's ARN, or a word for it while there is none.
    public func commands(bucket: CodeBucket, changeSet: String = "CHANGE_SET_ARN") -> [[String]] {
        [["sts", "get-caller-identity"], bucket.head] + bucket.creation + [
            Self.package(template: "LOCAL_TEMPLATE", bucket: bucket, output: "PACKAGED_TEMPLATE"),
            self.changeSet(template: "PACKAGED_TEMPLATE", bucket: bucket),
            ["cloudformation", "describe-change-set", "--change-set-name", changeSet],
            ["cloudformation", "execute-change-set", "--change-set-name", changeSet],
            ["cloudformation", "describe-stacks", "--stack-name", stackName],
        ]
    }
}
