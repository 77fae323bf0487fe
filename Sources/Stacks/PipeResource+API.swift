extension PipeResource {
    /// Reads the properties that the Pipes API was given, by the rules of a template's.
    ///
    /// - Parameters:
    ///   - name: the pipe's.
    ///   - arn: the pipe's.
    ///   - properties: as the request has them.
    ///   - ends: what is here to be connected to.
    /// - Throws: all that is wrong with them. The diagnostics have no file and no lines.
    public init(name: String, arn: String, _ properties: PipeProperties, ends: PipeEnds) throws(TemplateError) {
        let members = properties.values(line: 0)
        let place = Place(logicalID: name, path: "")
        let read = Properties(members: members, line: 0, place: place)
        var diagnostics = DiagnosticCollector(file: "")
        // Before the rest, as the parameters of another service would be refused for being unknown.
        let hasSource = Self.sourceTable(properties.source ?? "", read, ends, &diagnostics) != nil
        if hasSource {
            var validator = PropertyValidator(diagnostics: diagnostics)
            let isValid = validator.isValid(members, .pipe, line: 0, at: place)
            diagnostics = validator.diagnostics
            let identity = ResourceIdentity(logicalID: name, name: name, line: 0, arn: arn)
            if isValid, let pipe = PipeResource(read, identity: identity, ends: ends, diagnostics: &diagnostics),
                diagnostics.errors.isEmpty
            {
                self = pipe
                return
            }
        }
        throw TemplateError(file: "", diagnostics: diagnostics.errors)
    }

    /// The same, with all that the pipe is connected to taken to be there.
    public init(name: String, arn: String, _ properties: PipeProperties) throws(TemplateError) {
        try self.init(name: name, arn: arn, properties, ends: PipeEnds(of: properties))
    }
}

extension StackOptions {
    /// The ARN of a function in the stack's region and account.
    public func functionARN(_ name: String) -> String {
        "arn:\(partition):lambda:\(region):\(accountID):function:\(name)"
    }

    /// The ARN of a pipe in the stack's region and account.
    public func pipeARN(_ name: String) -> String { "arn:\(partition):pipes:\(region):\(accountID):pipe/\(name)" }
}
