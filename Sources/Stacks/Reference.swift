/// One mention of a parameter or resource by `Ref`, `Fn::GetAtt` or `Fn::Sub`.
struct Reference: Sendable {
    var target: String
    /// Set for `Fn::GetAtt` and the `${A.B}` form of `Fn::Sub`.
    var attribute: String?
    var line: Int
    var place: Place

    /// All references in a tree, also in branches of `Fn::If` that are not taken: CloudFormation checks those too.
    static func all(in node: TemplateNode, at place: Place) -> [Reference] {
        var found: [Reference] = []
        collect(from: node, at: place, into: &found)
        return found
    }

    /// `LogicalID.Attribute` cut at its first dot.
    static func parts(of text: String) -> (target: String, attribute: String)? {
        guard let dot = text.firstIndex(of: ".") else { return nil }
        let target = String(text[..<dot])
        let attribute = String(text[text.index(after: dot)...])
        return target.isEmpty || attribute.isEmpty ? nil : (target, attribute)
    }

    private static func collect(from node: TemplateNode, at place: Place, into found: inout [Reference]) {
        switch node.content {
        case .scalar: break
        case .sequence(let items):
            for (index, item) in items.enumerated() { collect(from: item, at: place.item(index), into: &found) }
        case .mapping(let members):
            for member in members { collect(from: member.value, at: place.member(member.name), into: &found) }
        case .call(let function, let argument):
            collect(function, argument, line: node.line, at: place, into: &found)
        }
    }

    private static func collect(
        _ function: Intrinsic, _ argument: TemplateNode, line: Int, at place: Place, into found: inout [Reference]
    ) {
        switch function {
        case .ref:
            if let name = argument.text { found.append(Reference(target: name, line: line, place: place)) }
        case .getAtt:
            if let text = argument.text, let (target, attribute) = parts(of: text) {
                found.append(Reference(target: target, attribute: attribute, line: line, place: place))
            } else if let items = argument.items, items.count == 2, let target = items[0].text {
                found.append(Reference(target: target, attribute: items[1].text, line: line, place: place))
            }
        case .sub:
            let variables = argument.items?.dropFirst().first?.members ?? []
            let text = argument.text ?? argument.items?.first?.text ?? ""
            for name in SubstitutionText(text).names where !variables.contains(where: { $0.name == name }) {
                if let (target, attribute) = parts(of: name) {
                    found.append(Reference(target: target, attribute: attribute, line: line, place: place))
                } else {
                    found.append(Reference(target: name, line: line, place: place))
                }
            }
            for variable in variables { collect(from: variable.value, at: place, into: &found) }
        default:
            // The arguments of other functions keep the function's place: that is where the author sees them.
            for item in argument.items ?? [argument] { collect(from: item, at: place, into: &found) }
        }
    }
}
