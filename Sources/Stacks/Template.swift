internal import Foundation

/// A CloudFormation template, read but not yet evaluated: the same file that AWS is given.
///
/// Reading fails only for a file that is no YAML or JSON at all. Every other error waits for `Stack`, which evaluates
/// the template and reports all of them together.
public struct Template: Sendable {
    /// The file's name as it was given, for messages.
    public let file: String

    let parameters: [ParameterDeclaration]
    let mappings: [TemplateNode.Member]
    let conditions: [TemplateNode.Member]
    let resources: [ResourceDeclaration]
    let outputs: [OutputDeclaration]
    /// What was found while the sections were read.
    let diagnostics: DiagnosticCollector

    /// Reads a template file, YAML or JSON.
    public static func load(path: String) throws(TemplateError) -> Template {
        try loadWithText(path: path).template
    }

    /// Reads a template file, and gives its text with it: both of the same moment.
    public static func loadWithText(path: String) throws(TemplateError) -> (template: Template, text: String) {
        func failure(_ message: String) -> TemplateError {
            TemplateError(file: path, diagnostics: [Diagnostic(severity: .error, file: path, message: message)])
        }
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            let exists = FileManager.default.fileExists(atPath: path)
            throw failure(
                exists
                    ? "the template cannot be read; check that it is a file and its permissions"
                    : "there is no such template; name another with --template")
        }
        guard let text = String(data: data, encoding: .utf8) else {
            throw failure("the template is not UTF-8 text; save it as UTF-8")
        }
        return (try Template(yaml: text, file: path), text)
    }

    /// Reads a template from text.
    /// - Parameters:
    ///   - yaml: YAML or JSON of at most 1,000,000 bytes.
    ///   - file: the name that messages give.
    public init(yaml: String, file: String) throws(TemplateError) {
        var reader = TemplateReader(file: file)
        guard let root = reader.read(yaml) else {
            throw TemplateError(file: file, diagnostics: reader.diagnostics.errors)
        }
        var sections = SectionReader(diagnostics: reader.diagnostics)
        sections.read(root)
        self.file = file
        parameters = sections.parameters
        mappings = sections.mappings
        conditions = sections.conditions
        resources = sections.resources
        outputs = sections.outputs
        diagnostics = sections.diagnostics
    }
}

/// A resource as declared, its values not yet evaluated.
struct ResourceDeclaration: Sendable {
    var logicalID: String
    var type: String
    var line: Int
    /// Always a mapping.
    var properties: TemplateNode
    var condition: String?
    var dependsOn: [(name: String, line: Int)]
    var deletionPolicy: ResourceSource.RemovalPolicy?
    var updateReplacePolicy: ResourceSource.RemovalPolicy?

    var place: Place { Place(logicalID: logicalID, path: "Resources.\(logicalID)") }
    var propertiesPlace: Place { place.member("Properties") }
}

struct OutputDeclaration: Sendable {
    var name: String
    var line: Int
    var value: TemplateNode
    var condition: String?

    var place: Place { Place(logicalID: name, path: "Outputs.\(name)") }
}
