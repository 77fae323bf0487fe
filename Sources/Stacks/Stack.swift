/// A template evaluated for one stack: typed resources with names, ARNs and all defaults filled in.
///
/// ```swift
/// let template = try Template.load(path: "template.yaml")
/// let stack = try Stack(template, options: StackOptions(parameters: ["OrdersTableName": "TestOrders"]))
/// for pipe in stack.pipes { print(pipe.name, pipe.patterns.count) }
/// ```
///
/// A name that the template leaves open becomes `stackName-logicalID` (`sluice-OrdersTable`). AWS adds random letters;
/// here the same template gives the same names at every start.
public struct Stack: Sendable {
    public let options: StackOptions
    public var tables: [TableResource] = []
    public var functions: [FunctionResource] = []
    public var queues: [QueueResource] = []
    public var pipes: [PipeResource] = []
    public var logGroups: [LogGroupResource] = []
    public var alarms: [AlarmResource] = []
    public var dashboards: [DashboardResource] = []
    /// What pipes and functions may do on AWS. They are among ``notLocal`` too.
    public var roles: [RoleResource] = []
    /// Resources that exist on AWS only: roles, topics.
    public var notLocal: [NotLocalResource] = []
    /// How the template writes each resource of the stack, by logical ID.
    public var sources: [String: ResourceSource] = [:]
    /// What works, but not quite as it would on AWS.
    public var warnings: [Diagnostic] = []
    /// The section Outputs, in its order. A stream's ARN here ends in the stand-in `/stream/LATEST`.
    public var outputs: [(name: String, value: String)] = []

    /// Evaluates a template.
    /// - Throws: all errors of the template together, in the order of the file.
    public init(_ template: Template, options: StackOptions = StackOptions()) throws(TemplateError) {
        var builder = StackBuilder(template, options: options)
        builder.build()
        let errors = builder.evaluator.diagnostics.errors
        guard errors.isEmpty else { throw TemplateError(file: template.file, diagnostics: errors) }
        self.options = options
        tables = builder.tables
        functions = builder.functions
        queues = builder.queues
        pipes = builder.pipes
        alarms = builder.alarms
        dashboards = builder.dashboards
        logGroups = builder.logGroups
        roles = builder.roles
        notLocal = builder.notLocal
        sources = builder.sources
        warnings = builder.evaluator.diagnostics.warnings
        outputs = builder.outputs
    }
}

/// A resource that does not run here.
public struct NotLocalResource: Sendable, Hashable {
    public var logicalID: String
    /// `AWS::IAM::Role`.
    public var type: String
    /// Line of the template where the resource begins.
    public var line: Int

    public init(logicalID: String, type: String, line: Int) {
        self.logicalID = logicalID
        self.type = type
        self.line = line
    }
}
