extension Evaluator {
    func reference(named name: String) -> Value.Content? {
        let partition = options.partition
        let suffix = partition == "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com"
        let stackARN =
            "arn:\(partition):cloudformation:\(options.region):\(options.accountID):stack/\(options.stackName)"
        switch name {
        case "AWS::AccountId": return .scalar(Scalar(options.accountID))
        case "AWS::NoValue": return .absent
        case "AWS::NotificationARNs": return .list([])
        case "AWS::Partition": return .scalar(Scalar(partition))
        case "AWS::Region": return .scalar(Scalar(options.region))
        case "AWS::StackId": return .scalar(Scalar("\(stackARN)/00000000-0000-0000-0000-000000000000"))
        case "AWS::StackName": return .scalar(Scalar(options.stackName))
        case "AWS::URLSuffix": return .scalar(Scalar(suffix))
        default:
            guard let parameter = parameters[name] else { return nil }
            return parameter?.content ?? .unknown
        }
    }

    mutating func reference(_ argument: TemplateNode, line: Int, at place: Place) -> Value {
        guard let name = argument.text else {
            return failure("Ref takes a name", line: line, at: place)
        }
        return reference(to: name, line: line, at: place)
    }

    mutating func reference(to name: String, line: Int, at place: Place) -> Value {
        if let content = reference(named: name) { return Value(content, line: line) }
        guard let resource = existing(name, line: line, at: place) else { return Value(.unknown, line: line) }
        let form = ResourceType.named(resource.type)?.reference ?? "{name}"
        return expand(form, of: resource, line: line)
    }

    mutating func attribute(_ argument: TemplateNode, line: Int, at place: Place) -> Value {
        if let text = argument.text, let (target, attribute) = Reference.parts(of: text) {
            return self.attribute(attribute, of: target, line: line, at: place)
        }
        guard let items = argument.items, items.count == 2, let target = items[0].text else {
            return failure("Fn::GetAtt takes LogicalID.Attribute or [LogicalID, Attribute]", line: line, at: place)
        }
        let name = value(of: items[1], at: place)
        if name.isUnknown { return Value(.unknown, line: line) }
        guard let attribute = name.text else {
            return failure("the attribute of Fn::GetAtt must be a name", line: line, at: place)
        }
        return self.attribute(attribute, of: target, line: line, at: place)
    }

    mutating func attribute(_ attribute: String, of target: String, line: Int, at place: Place) -> Value {
        guard let resource = existing(target, line: line, at: place) else { return Value(.unknown, line: line) }
        guard let type = ResourceType.named(resource.type) else {
            // A type that does not run here: its attributes are made up, but recognisable.
            let made = attribute.hasSuffix("Arn") ? "arn:{partition}:local:{region}:{account}:{name}" : "{name}"
            return expand(made, of: resource, line: line)
        }
        if let form = type.attributes[attribute] {
            if attribute == "StreamArn", !hasStream(resource) {
                return failure(
                    "\(target) has no stream, so it has no StreamArn; add StreamSpecification to the table",
                    line: line, at: place)
            }
            return expand(form, of: resource, line: line)
        }
        if type.runtimeAttributes.contains(attribute) {
            return failure(
                "\(target).\(attribute) is known only while it runs on AWS; leave it out here with Fn::If",
                line: line, at: place)
        }
        reportUnlessReported("\(target) (\(resource.type)) has no attribute \(attribute)", line: line, at: place)
        return Value(.unknown, line: line)
    }

    /// The physical name: the name property, or `stackName-logicalID`, cut to the length AWS allows. AWS would add
    /// random letters; here the same template always gives the same names.
    mutating func physicalName(of resource: ResourceDeclaration) -> String? {
        if let known = physicalNames[resource.logicalID] { return known }
        // A name that depends on itself finds this nil; ReferenceChecker has reported the circle.
        physicalNames[resource.logicalID] = .some(nil)
        let name = makePhysicalName(of: resource)
        physicalNames[resource.logicalID] = .some(name)
        return name
    }

    private mutating func makePhysicalName(of resource: ResourceDeclaration) -> String? {
        let type = ResourceType.named(resource.type)
        if let property = type?.nameProperty,
            let node = resource.properties.members?.first(where: { $0.name == property })?.value
        {
            let value = value(of: node, at: resource.propertiesPlace.member(property))
            // A value of another kind is reported when the properties are checked.
            if !value.isAbsent { return value.text }
        }
        let suffix = resource.type == "AWS::SQS::Queue" && isFIFO(resource) ? ".fifo" : ""
        let lengthMax = (type?.nameLengthMax ?? ResourceType().nameLengthMax) - suffix.count
        return String("\(options.stackName)-\(resource.logicalID)".prefix(lengthMax)) + suffix
    }

    private mutating func isFIFO(_ resource: ResourceDeclaration) -> Bool {
        guard let node = resource.properties.members?.first(where: { $0.name == "FifoQueue" })?.value else {
            return false
        }
        return value(of: node, at: resource.propertiesPlace.member("FifoQueue")).text == "true"
    }

    private mutating func hasStream(_ resource: ResourceDeclaration) -> Bool {
        guard let node = resource.properties.members?.first(where: { $0.name == "StreamSpecification" })?.value else {
            return false
        }
        return !value(of: node, at: resource.propertiesPlace.member("StreamSpecification")).isAbsent
    }

    /// The resource, or nil when the template has none (ReferenceChecker reports that) or its condition is false.
    private mutating func existing(_ name: String, line: Int, at place: Place) -> ResourceDeclaration? {
        guard let resource = resources[name] else {
            reportUnlessReported("\(name) is not a parameter or resource of the template", line: line, at: place)
            return nil
        }
        guard exists(resource) else {
            diagnostics.error(
                "\(name) does not exist, because its condition \(resource.condition ?? "") is false; use Fn::If with"
                    + " the same condition here", line: line, at: place)
            return nil
        }
        return resource
    }

    /// `ReferenceChecker` has reported, in better words, what is written out; what was computed is reported here.
    private mutating func reportUnlessReported(_ message: String, line: Int, at place: Place) {
        if !diagnostics.errors.contains(where: { $0.line == line && $0.path == place.path }) {
            diagnostics.error(message, line: line, at: place)
        }
    }

    private mutating func expand(_ form: String, of resource: ResourceDeclaration, line: Int) -> Value {
        guard let name = physicalName(of: resource) else { return Value(.unknown, line: line) }
        let values = [
            "name": name, "logicalID": resource.logicalID, "region": options.region, "account": options.accountID,
            "partition": options.partition,
        ]
        var text = ""
        var rest = form[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            text += rest[..<open]
            text += values[String(rest[rest.index(after: open)..<close])] ?? ""
            rest = rest[rest.index(after: close)...]
        }
        return .text(text + rest, line: line)
    }
}
