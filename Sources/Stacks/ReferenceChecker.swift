/// Checks, before anything is evaluated, that every reference has a target and that none go in a circle.
struct ReferenceChecker {
    static let pseudoParameters = [
        "AWS::AccountId", "AWS::NoValue", "AWS::NotificationARNs", "AWS::Partition", "AWS::Region", "AWS::StackId",
        "AWS::StackName", "AWS::URLSuffix",
    ]

    private let template: Template
    private let resources: [String: ResourceDeclaration]
    private let parameterNames: Set<String>
    /// What `Ref` may name.
    private let referable: [String]

    init(_ template: Template) {
        self.template = template
        resources = Dictionary(template.resources.map { ($0.logicalID, $0) }) { first, _ in first }
        parameterNames = Set(template.parameters.map(\.name))
        referable = Self.pseudoParameters + template.parameters.map(\.name) + template.resources.map(\.logicalID)
    }

    func check(into diagnostics: inout DiagnosticCollector) {
        for resource in template.resources {
            for reference in references(of: resource) { check(reference, into: &diagnostics) }
            for dependency in resource.dependsOn where resources[dependency.name] == nil {
                let hint = Spelling.suggestion(for: dependency.name, among: resources.keys)
                diagnostics.error(
                    "DependsOn names \(dependency.name), which is not a resource of the template\(hint)",
                    line: dependency.line, at: resource.place.member("DependsOn"))
            }
        }
        for output in template.outputs {
            for reference in Reference.all(in: output.value, at: output.place.member("Value")) {
                check(reference, into: &diagnostics)
            }
        }
        checkCircles(into: &diagnostics)
    }

    private func references(of resource: ResourceDeclaration) -> [Reference] {
        Reference.all(in: resource.properties, at: resource.propertiesPlace)
    }

    private func check(_ reference: Reference, into diagnostics: inout DiagnosticCollector) {
        let target = reference.target
        if reference.attribute == nil, referable.contains(target) { return }
        if let resource = resources[target] {
            guard let attribute = reference.attribute, let type = ResourceType.named(resource.type) else { return }
            guard type.attributes[attribute] == nil, !type.runtimeAttributes.contains(attribute) else { return }
            let known = (type.attributes.keys + type.runtimeAttributes).sorted()
            let hint = Spelling.suggestion(for: attribute, among: known)
            let list = known.isEmpty ? "it has none" : "it has \(known.joined(separator: ", "))"
            diagnostics.error(
                "\(target) (\(resource.type)) has no attribute \(attribute)\(hint); \(list)", line: reference.line,
                at: reference.place)
        } else if parameterNames.contains(target), let attribute = reference.attribute {
            diagnostics.error(
                "\(target) is a parameter and has no attribute \(attribute); use !Ref \(target)",
                line: reference.line, at: reference.place)
        } else {
            let names = reference.attribute == nil ? referable : Array(resources.keys)
            let hint = Spelling.suggestion(for: target, among: names)
            let kinds = reference.attribute == nil ? "a parameter or resource" : "a resource"
            diagnostics.error(
                "\(target) is not \(kinds) of the template\(hint); declare it or correct the name",
                line: reference.line, at: reference.place)
        }
    }

    // MARK: Circles

    /// CloudFormation creates resources one after the other, so a circle of references can never be created.
    private func checkCircles(into diagnostics: inout DiagnosticCollector) {
        var finished: Set<String> = []
        for resource in template.resources {
            var trail: [String] = []
            search(from: resource.logicalID, trail: &trail, finished: &finished, into: &diagnostics)
        }
    }

    private func search(
        from logicalID: String, trail: inout [String], finished: inout Set<String>,
        into diagnostics: inout DiagnosticCollector
    ) {
        if let start = trail.firstIndex(of: logicalID) {
            let circle = (trail[start...] + [logicalID]).joined(separator: " → ")
            let resource = resources[logicalID]
            diagnostics.error(
                "the references go in a circle: \(circle); build one of them from names with Fn::Sub instead",
                line: resource?.line, at: Place(logicalID: logicalID, path: "Resources.\(logicalID)"))
            return
        }
        guard !finished.contains(logicalID), let resource = resources[logicalID] else { return }
        trail.append(logicalID)
        var targets: [String] = []
        for name in references(of: resource).map(\.target) + resource.dependsOn.map(\.name)
        where resources[name] != nil && !targets.contains(name) {
            targets.append(name)
        }
        for target in targets { search(from: target, trail: &trail, finished: &finished, into: &diagnostics) }
        trail.removeLast()
        finished.insert(logicalID)
    }
}
