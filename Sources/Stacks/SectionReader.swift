/// Splits a template into its sections and checks their outer shape.
struct SectionReader {
    private(set) var parameters: [ParameterDeclaration] = []
    private(set) var mappings: [TemplateNode.Member] = []
    private(set) var conditions: [TemplateNode.Member] = []
    private(set) var resources: [ResourceDeclaration] = []
    private(set) var outputs: [OutputDeclaration] = []
    var diagnostics: DiagnosticCollector

    private static let sectionNames = [
        "AWSTemplateFormatVersion", "Conditions", "Description", "Mappings", "Metadata", "Outputs", "Parameters",
        "Resources", "Rules", "Transform",
    ]
    private static let resourceAttributeNames = [
        "Condition", "CreationPolicy", "DeletionPolicy", "DependsOn", "Metadata", "Properties", "Type",
        "UpdatePolicy", "UpdateReplacePolicy",
    ]

    init(diagnostics: DiagnosticCollector) {
        self.diagnostics = diagnostics
    }

    mutating func read(_ root: TemplateNode) {
        let top = Place(path: "")
        guard let sections = root.members else {
            diagnostics.error(
                "a template is a mapping with the section Resources, not \(root.kindName)", line: root.line, at: top)
            return
        }
        for section in sections { read(section) }
        for resource in resources where parameters.contains(where: { $0.name == resource.logicalID }) {
            diagnostics.error(
                "\(resource.logicalID) is the name of a parameter too, so Ref cannot tell them apart; rename one",
                line: resource.line, at: resource.place)
        }
        if !sections.contains(where: { $0.name == "Resources" }) {
            diagnostics.error("the template has no section Resources; add it", line: nil, at: top)
        }
    }

    private mutating func read(_ section: TemplateNode.Member) {
        let place = Place(path: section.name)
        switch section.name {
        case "AWSTemplateFormatVersion":
            if section.value.text != "2010-09-09" {
                diagnostics.error(
                    "AWSTemplateFormatVersion must be \"2010-09-09\"", line: section.line, at: place)
            }
        case "Description", "Metadata": break
        case "Parameters":
            for member in members(of: section, at: place) {
                if let declaration = ParameterDeclaration(member, diagnostics: &diagnostics) {
                    parameters.append(declaration)
                }
            }
        case "Mappings": mappings = members(of: section, at: place)
        case "Conditions": conditions = members(of: section, at: place)
        case "Resources":
            for member in members(of: section, at: place) { readResource(member) }
            if resources.isEmpty, section.value.members?.isEmpty ?? false {
                diagnostics.error("Resources is empty; declare at least one", line: section.line, at: place)
            }
        case "Outputs":
            for member in members(of: section, at: place) { readOutput(member) }
        case "Rules":
            diagnostics.warning(
                "Rules are checked by CloudFormation only, not here", line: section.line, at: place)
        case "Transform":
            diagnostics.error(
                "Transform is not supported: macros run inside AWS; write the plain resources, or load the"
                    + " template that the transform produces", line: section.line, at: place)
        default:
            let hint = Spelling.suggestion(for: section.name, among: Self.sectionNames)
            diagnostics.error(
                "\(section.name) is not a section of a template\(hint); rename or remove it", line: section.line,
                at: place)
        }
    }

    private mutating func members(of member: TemplateNode.Member, at place: Place) -> [TemplateNode.Member] {
        if let members = member.value.members { return members }
        diagnostics.error(
            "\(member.name) must be a mapping of names, not \(member.value.kindName)", line: member.line, at: place)
        return []
    }

    private mutating func readResource(_ member: TemplateNode.Member) {
        let place = Place(logicalID: member.name, path: "Resources.\(member.name)")
        let line = member.line
        if !member.name.utf8.allSatisfy({ $0.isLetterOrDigit }) {
            diagnostics.error(
                "a logical ID holds letters and digits only; rename \(member.name)", line: line, at: place)
        }
        let attributes = members(of: member, at: place)
        guard !attributes.isEmpty || member.value.members != nil else { return }
        for attribute in attributes where !Self.resourceAttributeNames.contains(attribute.name) {
            let hint = Spelling.suggestion(for: attribute.name, among: Self.resourceAttributeNames)
            diagnostics.error(
                "\(attribute.name) is not an attribute of a resource\(hint); properties belong under Properties",
                line: attribute.line, at: place.member(attribute.name))
        }
        func attribute(_ name: String) -> TemplateNode.Member? { attributes.first { $0.name == name } }

        let deletionPolicy = removalPolicy(in: attribute("DeletionPolicy"), at: place)
        let updateReplacePolicy = removalPolicy(in: attribute("UpdateReplacePolicy"), at: place)
        guard let type = attribute("Type") else {
            diagnostics.error("Type is missing; say what the resource is", line: line, at: place)
            return
        }
        guard let typeName = type.value.text else {
            diagnostics.error(
                "Type must be a string, not \(type.value.kindName)", line: type.line, at: place.member("Type"))
            return
        }
        if let problem = ResourceTypeNames.problem(with: typeName) {
            diagnostics.error(problem, line: type.line, at: place.member("Type"))
            return
        }
        var properties = TemplateNode(content: .mapping([]), line: line)
        if let written = attribute("Properties") {
            if written.value.members != nil {
                properties = written.value
            } else {
                diagnostics.error(
                    "Properties must be a mapping, not \(written.value.kindName)", line: written.line,
                    at: place.member("Properties"))
            }
        }
        resources.append(
            ResourceDeclaration(
                logicalID: member.name, type: typeName, line: line, properties: properties,
                condition: name(in: attribute("Condition"), at: place),
                dependsOn: dependencies(in: attribute("DependsOn"), at: place), deletionPolicy: deletionPolicy,
                updateReplacePolicy: updateReplacePolicy))
    }

    private mutating func readOutput(_ member: TemplateNode.Member) {
        let place = Place(logicalID: member.name, path: "Outputs.\(member.name)")
        let attributes = members(of: member, at: place)
        let known = ["Condition", "Description", "Export", "Value"]
        for attribute in attributes where !known.contains(attribute.name) {
            let hint = Spelling.suggestion(for: attribute.name, among: known)
            diagnostics.error(
                "\(attribute.name) is not an attribute of an output\(hint)", line: attribute.line,
                at: place.member(attribute.name))
        }
        guard let value = attributes.first(where: { $0.name == "Value" })?.value else {
            diagnostics.error("the output has no Value; give it one or remove it", line: member.line, at: place)
            return
        }
        let condition = name(in: attributes.first { $0.name == "Condition" }, at: place)
        outputs.append(OutputDeclaration(name: member.name, line: member.line, value: value, condition: condition))
    }

    private mutating func name(in member: TemplateNode.Member?, at place: Place) -> String? {
        guard let member else { return nil }
        if let text = member.value.text { return text }
        diagnostics.error(
            "\(member.name) must be a name, not \(member.value.kindName)", line: member.line,
            at: place.member(member.name))
        return nil
    }

    private mutating func removalPolicy(
        in member: TemplateNode.Member?, at place: Place
    ) -> ResourceSource.RemovalPolicy? {
        guard let member, let text = member.value.text else { return nil }
        if let policy = ResourceSource.RemovalPolicy(rawValue: text) { return policy }
        let allowed = ResourceSource.RemovalPolicy.allCases.map(\.rawValue).joined(separator: ", ")
        diagnostics.error(
            "\(member.name) must be one of \(allowed), not \(text)", line: member.line, at: place.member(member.name))
        return nil
    }

    private mutating func dependencies(
        in member: TemplateNode.Member?, at place: Place
    ) -> [(name: String, line: Int)] {
        guard let member else { return [] }
        var found: [(name: String, line: Int)] = []
        for item in member.value.items ?? [member.value] {
            if let text = item.text {
                found.append((text, item.line))
            } else {
                diagnostics.error(
                    "DependsOn must be a logical ID or a list of them, not \(item.kindName)", line: item.line,
                    at: place.member(member.name))
            }
        }
        return found
    }
}

extension UInt8 {
    /// An ASCII letter or digit.
    var isLetterOrDigit: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
