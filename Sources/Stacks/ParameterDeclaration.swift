/// A parameter of the template and the rules for its value.
struct ParameterDeclaration: Sendable {
    var name: String
    var line: Int
    /// `String`, `Number`, `CommaDelimitedList`, `List<Number>` or a type that AWS checks (`AWS::EC2::VPC::Id`).
    var type: String
    var defaultValue: String?
    var allowedValues: [String]?
    var allowedPattern: String?
    var constraintDescription: String?
    var lengths: ClosedRange<Int>
    var numbers: ClosedRange<Double>

    var place: Place { Place(logicalID: name, path: "Parameters.\(name)") }
    var isList: Bool { type == "CommaDelimitedList" || type.hasPrefix("List<") }
    var isNumber: Bool { type == "Number" || type == "List<Number>" }

    private static let attributeNames = [
        "AllowedPattern", "AllowedValues", "ConstraintDescription", "Default", "Description", "MaxLength", "MaxValue",
        "MinLength", "MinValue", "NoEcho", "Type",
    ]

    init?(_ member: TemplateNode.Member, diagnostics: inout DiagnosticCollector) {
        name = member.name
        line = member.line
        let place = Place(logicalID: member.name, path: "Parameters.\(member.name)")
        guard let attributes = member.value.members else {
            diagnostics.error(
                "a parameter is a mapping with Type and Default, not \(member.value.kindName)", line: member.line,
                at: place)
            return nil
        }
        for attribute in attributes where !Self.attributeNames.contains(attribute.name) {
            let hint = Spelling.suggestion(for: attribute.name, among: Self.attributeNames)
            diagnostics.error(
                "\(attribute.name) is not an attribute of a parameter\(hint)", line: attribute.line,
                at: place.member(attribute.name))
        }
        func attribute(_ name: String) -> TemplateNode? { attributes.first { $0.name == name }?.value }
        func text(_ name: String) -> String? {
            guard let node = attribute(name) else { return nil }
            if let text = node.text { return text }
            diagnostics.error(
                "\(name) must be a plain value, not \(node.kindName)", line: node.line, at: place.member(name))
            return nil
        }
        func number(_ name: String) -> Double? {
            guard let text = text(name) else { return nil }
            if let number = Double(text) { return number }
            diagnostics.error(
                "\(name) must be a number, not \(text)", line: attribute(name)?.line, at: place.member(name))
            return nil
        }
        func range(_ low: String, _ high: String) -> ClosedRange<Double> {
            let lower = number(low) ?? -Double.infinity
            let upper = number(high) ?? Double.infinity
            guard lower <= upper else {
                diagnostics.error("\(low) is above \(high)", line: attribute(low)?.line, at: place.member(low))
                return -Double.infinity...Double.infinity
            }
            return lower...upper
        }
        type = text("Type") ?? ""
        if attribute("Type") == nil {
            diagnostics.error("Type is missing; most parameters are String", line: member.line, at: place)
        } else if !Self.isType(type) {
            let hint = Spelling.suggestion(
                for: type, among: ["String", "Number", "CommaDelimitedList", "List<Number>"])
            diagnostics.error(
                "\(type) is not a parameter type\(hint)", line: attribute("Type")?.line, at: place.member("Type"))
        }
        defaultValue = text("Default")
        allowedPattern = text("AllowedPattern")
        constraintDescription = text("ConstraintDescription")
        if let node = attribute("AllowedValues") {
            allowedValues = node.items?.compactMap(\.text)
            if allowedValues == nil {
                diagnostics.error(
                    "AllowedValues must be a list", line: node.line, at: place.member("AllowedValues"))
            }
        }
        let lengthRange = range("MinLength", "MaxLength")
        // Lengths beyond what a parameter can hold (4,096 bytes) say nothing.
        func length(_ bound: Double) -> Int { Int(min(1_000_000, max(0, bound))) }
        lengths = length(lengthRange.lowerBound)...length(lengthRange.upperBound)
        numbers = range("MinValue", "MaxValue")
    }

    private static func isType(_ type: String) -> Bool {
        if ["String", "Number", "CommaDelimitedList", "List<Number>", "List<String>"].contains(type) { return true }
        return type.hasPrefix("AWS::") || type.hasPrefix("List<AWS::")
    }
}
