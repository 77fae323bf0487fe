// What handing the template to CloudFormation needs to know of it before it is evaluated.
extension Template {
    /// The value that a parameter has when nobody gives it one; nil where there is no such parameter or no default.
    public func parameterDefault(_ name: String) -> String? {
        parameters.first { $0.name == name }?.defaultValue
    }

    /// The parameters' names, in the order of the file.
    public var parameterNames: [String] { parameters.map(\.name) }

    /// What becomes of a resource when its stack is deleted, also of one that does not run here.
    ///
    /// - Returns: nil for a resource that the template does not have, and for one of which it says nothing.
    public func deletionPolicy(of logicalID: String) -> ResourceSource.RemovalPolicy? {
        resources.first { $0.logicalID == logicalID }?.deletionPolicy
    }

    /// The functions whose `Code` names a zip in a bucket, in the order of the file. One whose `Code` is a local path already
    /// is not among them: `aws cloudformation package` uploads that by itself.
    public var functionsInBuckets: [String] { codeInBuckets.map(\.logicalID) }

    /// Where the functions' `Code` is a mapping: the line of the name `Code`.
    var codeInBuckets: [(logicalID: String, line: Int)] {
        resources.compactMap { resource in
            guard resource.type == "AWS::Lambda::Function",
                let code = resource.properties.members?.first(where: { $0.name == "Code" }),
                code.value.members?.contains(where: { $0.name == "S3Key" }) == true
            else { return nil }
            return (resource.logicalID, code.line)
        }
    }

    /// The template's text with local zips as the functions' code, for `aws cloudformation package`, which uploads local files
    /// under names that follow from their contents and leaves buckets and keys alone.
    ///
    /// Every byte outside the replaced values stays as it is, comments included.
    ///
    /// - Parameters:
    ///   - paths: the zip of each function of ``functionsInBuckets``, by logical ID.
    ///   - text: what this template was read from.
    /// - Throws: a diagnostic for a `Code` that is written in a way this cannot replace, such as an alias.
    public func text(_ text: String, withLocalCode paths: [String: String]) throws(TemplateError) -> String {
        var editor = CodeEditor(text)
        // From the last to the first, so that the lines of the others stay where they are.
        for code in codeInBuckets.sorted(by: { $0.line > $1.line }) {
            guard let path = paths[code.logicalID] else { continue }
            guard editor.replaceCode(line: code.line, path: path) else { throw isNotReplaceable(code) }
        }
        // What was meant to come out is read again: a wrong edit must not reach AWS.
        guard let first = codeInBuckets.first else { return editor.text }
        guard let edited = try? Template(yaml: editor.text, file: file), isSameBesideCode(edited) else {
            throw isNotReplaceable(first)
        }
        for code in codeInBuckets {
            guard let path = paths[code.logicalID] else { continue }
            let resource = edited.resources.first { $0.logicalID == code.logicalID }
            guard resource?.properties.members?.first(where: { $0.name == "Code" })?.value.text == path else {
                throw isNotReplaceable(code)
            }
        }
        return editor.text
    }

    /// Whether another template has the same resources, with the same properties except for functions' `Code`.
    private func isSameBesideCode(_ other: Template) -> Bool {
        func kept(_ resource: ResourceDeclaration) -> [TemplateNode.Member] {
            (resource.properties.members ?? []).filter {
                resource.type != "AWS::Lambda::Function" || $0.name != "Code"
            }
        }
        return resources.count == other.resources.count
            && zip(resources, other.resources).allSatisfy { mine, others in
                mine.logicalID == others.logicalID && mine.type == others.type
                    && TemplateNode.isSame(kept(mine), kept(others))
            }
    }

    private func isNotReplaceable(_ code: (logicalID: String, line: Int)) -> TemplateError {
        TemplateError(
            file: file,
            diagnostics: [
                Diagnostic(
                    severity: .error, file: file, line: code.line, logicalID: code.logicalID,
                    path: "Resources.\(code.logicalID).Properties.Code",
                    message:
                        "this Code cannot be replaced by a local zip; begin a line with Code, and write S3Bucket and S3Key under it"
                )
            ])
    }
}

extension TemplateNode {
    /// Whether two mappings have the same members, wherever they stand.
    fileprivate static func isSame(_ first: [Member], _ second: [Member]) -> Bool {
        first.count == second.count
            && zip(first, second).allSatisfy { $0.name == $1.name && $0.value.isSame(as: $1.value) }
    }

    private func isSame(as other: TemplateNode) -> Bool {
        switch (content, other.content) {
        case (.scalar(let mine), .scalar(let others)): mine == others
        case (.sequence(let mine), .sequence(let others)):
            mine.count == others.count && zip(mine, others).allSatisfy { $0.isSame(as: $1) }
        case (.mapping(let mine), .mapping(let others)): Self.isSame(mine, others)
        case (.call(let mine, let argument), .call(let others, let othersArgument)):
            mine == others && argument.isSame(as: othersArgument)
        default: false
        }
    }
}
