internal import Stacks

/// How a template names the resources of its stack: for messages and for statements that can be pasted into it.
struct ResourceNames {
    private let options: StackOptions
    /// `OrdersTable.StreamArn`, by ARN.
    private var attributes: [String: String] = [:]

    init(_ stack: Stack) {
        options = stack.options
        for table in stack.tables {
            attributes[table.arn] = "\(table.logicalID).Arn"
            if let stream = table.streamARN { attributes[stream] = "\(table.logicalID).StreamArn" }
        }
        for queue in stack.queues { attributes[queue.arn] = "\(queue.logicalID).Arn" }
        for function in stack.functions { attributes[function.arn] = "\(function.logicalID).Arn" }
        for group in stack.logGroups { attributes[group.arn] = "\(group.logicalID).Arn" }
        for resource in stack.notLocal where resource.type == "AWS::KMS::Key" {
            let name = "\(options.stackName)-\(resource.logicalID)".prefix(128)
            attributes["arn:\(options.partition):kms:\(options.region):\(options.accountID):key/\(name)"] =
                "\(resource.logicalID).Arn"
        }
    }

    /// For messages: `OrdersTable`, `OrdersTable.StreamArn` shortened to its table, or the ARN's last part.
    func word(_ arn: String) -> String {
        let arn = Self.written(arn)
        if let attribute = attributes[arn] { return String(attribute.prefix { $0 != "." }) }
        let parts = ARNText.parts(arn)
        guard parts.count == 6 else { return arn == "*" ? "every resource" : arn }
        return parts[5]
    }

    /// For templates: `!GetAtt OrdersTable.StreamArn`.
    func reference(_ arn: String) -> String {
        let arn = Self.written(arn)
        if let attribute = attributes[arn] { return "!GetAtt \(attribute)" }
        var parts = ARNText.parts(arn)
        guard parts.count == 6, !arn.contains("${") else { return "\"\(arn)\"" }
        let original = parts
        if parts[1] == options.partition { parts[1] = "${AWS::Partition}" }
        if parts[3] == options.region { parts[3] = "${AWS::Region}" }
        if parts[4] == options.accountID { parts[4] = "${AWS::AccountId}" }
        if parts[5].contains(Need.chanceSuffix) {
            parts[5] = parts[5].replacing(Need.chanceSuffix, with: "-*")
                .replacing("/\(options.stackName)-", with: "/${AWS::StackName}-")
        }
        return parts == original ? "\"\(arn)\"" : "!Sub \"\(parts.joined(separator: ":"))\""
    }

    /// A statement that allows actions on a resource, to be put under Statement.
    func statement(_ actions: [String], on arn: String) -> String {
        var lines = ["- Effect: Allow"]
        if actions.count == 1 {
            lines.append("  Action: \(actions[0])")
        } else {
            lines.append("  Action:")
            lines += actions.map { "    - \($0)" }
        }
        lines.append("  Resource: \(reference(arn))")
        return lines.joined(separator: "\n")
    }

    /// The same in one line, for logs.
    func line(_ action: String, on arn: String) -> String {
        "- {Effect: Allow, Action: \"\(action)\", Resource: \(reference(arn))}"
    }

    /// One statement for each resource of some needs, in their order.
    func statements(_ needs: [Need]) -> String? {
        var resources: [String] = []
        var actions: [String: [String]] = [:]
        for need in needs {
            let arn = Self.written(need.resource)
            if actions[arn] == nil { resources.append(arn) }
            // Of several that would do, the first.
            let action = need.actions[0]
            if actions[arn]?.contains(action) != true { actions[arn, default: []].append(action) }
        }
        guard !resources.isEmpty else { return nil }
        return resources.map { statement(actions[$0] ?? [], on: $0) }.joined(separator: "\n")
    }

    /// The trust policy's statement for a service; for pipes, bound to them by account and ARN.
    func trust(_ service: String, pipes: [PipeResource]) -> String {
        var lines = [
            "- Effect: Allow", "  Principal:", "    Service: \(service)", "  Action: sts:AssumeRole",
        ]
        if !pipes.isEmpty {
            lines += ["  Condition:", "    StringEquals:", "      aws:SourceAccount: !Ref AWS::AccountId"]
            // By its name, as a reference to the pipe, which needs the role, would go in a circle.
            let arns = pipes.map { reference($0.arn) }
            if arns.count == 1 {
                lines.append("      aws:SourceArn: \(arns[0])")
            } else {
                lines.append("      aws:SourceArn:")
                lines += arns.map { "        - \($0)" }
            }
        }
        return lines.joined(separator: "\n")
    }

    /// What templates have for the ARN of a need: a log group's ARN for that of its streams, and `*` for network
    /// interfaces.
    static func written(_ arn: String) -> String {
        if Need.isAnyInterface(arn) { return "*" }
        return arn.hasSuffix(":log-stream:") ? arn.dropLast("log-stream:".count) + "*" : arn
    }
}
