/// Builds a stack's resources in order of need: what pipes connect first, then the pipes.
struct StackBuilder {
    var evaluator: Evaluator
    private(set) var tables: [TableResource] = []
    private(set) var functions: [FunctionResource] = []
    private(set) var queues: [QueueResource] = []
    private(set) var pipes: [PipeResource] = []
    private(set) var alarms: [AlarmResource] = []
    private(set) var dashboards: [DashboardResource] = []
    private(set) var logGroups: [LogGroupResource] = []
    var roles: [RoleResource] = []
    var attachedPolicies: [AttachedPolicy] = []
    private(set) var notLocal: [NotLocalResource] = []
    private(set) var sources: [String: ResourceSource] = [:]
    private(set) var outputs: [(name: String, value: String)] = []
    private let template: Template
    private var ends = PipeEnds(scope: .template)

    init(_ template: Template, options: StackOptions) {
        self.template = template
        var diagnostics = template.diagnostics
        ReferenceChecker(template).check(into: &diagnostics)
        evaluator = Evaluator(template, options: options, diagnostics: diagnostics)
    }

    mutating func build() {
        for condition in template.conditions {
            _ = evaluator.conditionHolds(
                condition.name, line: condition.line, at: Place(logicalID: condition.name, path: "Conditions"))
        }
        let existing = template.resources.filter { evaluator.exists($0) }
        for resource in existing { register(resource) }
        for resource in existing where resource.type != "AWS::Pipes::Pipe" { add(resource) }
        for resource in existing where resource.type == "AWS::Pipes::Pipe" { add(resource) }
        attachPolicies()
        checkRedrivePolicies()
        checkNames()
        for output in template.outputs { add(output) }
        let count =
            tables.count + functions.count + queues.count + pipes.count + logGroups.count + alarms.count
            + dashboards.count + notLocal.count
        assert(count == existing.count || !evaluator.diagnostics.errors.isEmpty, "a resource vanished without an error")
    }

    // MARK: Resources

    /// Makes a resource known by its ARN before any is built, so that a pipe to a faulty function is not reported too.
    private mutating func register(_ resource: ResourceDeclaration) {
        func arn(_ attribute: String) -> String? {
            // What goes wrong here goes wrong again, with its right place, when the resource is built.
            var copy = evaluator
            return copy.attribute(attribute, of: resource.logicalID, line: resource.line, at: resource.place).text
        }
        switch resource.type {
        case "AWS::DynamoDB::Table":
            if let arn = arn("StreamArn") { ends.tables[arn] = resource.logicalID }
        case "AWS::Lambda::Function":
            if let arn = arn("Arn") { ends.functions[arn] = resource.logicalID }
        case "AWS::SQS::Queue":
            if let arn = arn("Arn") { ends.queues[arn] = resource.logicalID }
        default: break
        }
    }

    private mutating func add(_ resource: ResourceDeclaration) {
        sources[resource.logicalID] = ResourceSource(resource)
        guard let schema = ObjectSchema.ofType(resource.type) else {
            notLocal.append(
                NotLocalResource(logicalID: resource.logicalID, type: resource.type, line: resource.line))
            readPolicies(of: resource)
            if let advice = ResourceType.named(resource.type)?.advice {
                evaluator.diagnostics.warning(advice, line: resource.line, at: resource.place)
            }
            return
        }
        guard let properties = properties(of: resource, schema),
            let name = evaluator.physicalName(of: resource)
        else { return }
        // The one type without an ARN.
        if resource.type == "AWS::CloudWatch::Dashboard" {
            dashboards.append(
                DashboardResource(properties, logicalID: resource.logicalID, name: name, line: resource.line))
            return
        }
        guard let arn = attribute("Arn", of: resource) else { return }
        let identity = ResourceIdentity(
            logicalID: resource.logicalID, name: name, line: resource.line, arn: arn)
        switch resource.type {
        case "AWS::DynamoDB::Table":
            TableResource(properties, identity: identity, diagnostics: &evaluator.diagnostics)
                .map { tables.append($0) }
        case "AWS::Lambda::Function":
            FunctionResource(properties, identity: identity, diagnostics: &evaluator.diagnostics)
                .map { functions.append($0) }
        case "AWS::SQS::Queue":
            let url = attribute("QueueUrl", of: resource) ?? ""
            let queue = QueueResource(
                properties, identity: identity, url: url, diagnostics: &evaluator.diagnostics)
            if queue.isFIFO { ends.fifoQueues.insert(queue.logicalID) }
            queues.append(queue)
        case "AWS::CloudWatch::Alarm":
            alarms.append(AlarmResource(properties, identity: identity, diagnostics: &evaluator.diagnostics))
        case "AWS::Logs::LogGroup":
            logGroups.append(
                LogGroupResource(properties, identity: identity, diagnostics: &evaluator.diagnostics))
        default:
            PipeResource(properties, identity: identity, ends: ends, diagnostics: &evaluator.diagnostics)
                .map { pipes.append($0) }
        }
    }

    private mutating func properties(of resource: ResourceDeclaration, _ schema: ObjectSchema) -> Properties? {
        let value = evaluator.value(of: resource.properties, at: resource.propertiesPlace)
        var validator = PropertyValidator(diagnostics: evaluator.diagnostics)
        let members = value.members ?? []
        let isValid = validator.isValid(members, schema, line: resource.line, at: resource.propertiesPlace)
        evaluator.diagnostics = validator.diagnostics
        // What could not be evaluated has been reported; building on it would only report it again in other words.
        guard isValid, !value.containsUnknown else { return nil }
        sources[resource.logicalID]?.take(members)
        return Properties(members: members, line: resource.line, place: resource.propertiesPlace)
    }

    private mutating func attribute(_ name: String, of resource: ResourceDeclaration) -> String? {
        evaluator.attribute(name, of: resource.logicalID, line: resource.line, at: resource.place).text
    }

    // MARK: What concerns several resources

    private mutating func checkRedrivePolicies() {
        for queue in queues {
            guard let policy = queue.redrivePolicy else { continue }
            let place = Place(
                logicalID: queue.logicalID, path: "Resources.\(queue.logicalID).Properties.RedrivePolicy")
            guard let target = ends.queues[policy.deadLetterQueueARN] else {
                evaluator.diagnostics.error(
                    "the dead-letter queue \(policy.deadLetterQueueARN) is not in this template; declare it, or correct"
                        + " the reference", line: queue.line, at: place)
                continue
            }
            if ends.fifoQueues.contains(target) != queue.isFIFO {
                evaluator.diagnostics.error(
                    "the dead-letter queue \(target) must be of the same kind as the queue, FIFO or standard",
                    line: queue.line, at: place)
            }
        }
    }

    /// Two resources of one type with one name: CloudFormation fails half-way; here it is said before anything starts.
    private mutating func checkNames() {
        let named =
            tables.map { ("table", $0.name, $0.logicalID, $0.line) }
            + functions.map { ("function", $0.name, $0.logicalID, $0.line) }
            + queues.map { ("queue", $0.name, $0.logicalID, $0.line) }
            + pipes.map { ("pipe", $0.name, $0.logicalID, $0.line) }
            + alarms.map { ("alarm", $0.name, $0.logicalID, $0.line) }
            + dashboards.map { ("dashboard", $0.name, $0.logicalID, $0.line) }
            + logGroups.map { ("log group", $0.name, $0.logicalID, $0.line) }
        var owners: [String: String] = [:]
        for (kind, name, logicalID, line) in named {
            if let owner = owners["\(kind) \(name)"] {
                evaluator.diagnostics.error(
                    "the \(kind) name \(name) is already that of \(owner); give one another name", line: line,
                    at: Place(logicalID: logicalID, path: "Resources.\(logicalID)"))
            }
            owners["\(kind) \(name)"] = logicalID
        }
    }

    private mutating func add(_ output: OutputDeclaration) {
        let place = output.place.member("Value")
        if let condition = output.condition,
            evaluator.conditionHolds(condition, line: output.line, at: output.place.member("Condition")) != true
        {
            return
        }
        let value = evaluator.value(of: output.value, at: place)
        if value.isUnknown { return }
        guard let text = value.text else {
            evaluator.diagnostics.error(
                "an output must be a single value, not \(value.kindName); use Fn::Join for a list", line: value.line,
                at: place)
            return
        }
        outputs.append((output.name, text))
    }
}
