internal import Stacks

/// A role together with the pipes and functions of the stack that have it, which is what decides what it should allow.
struct ReviewedRole {
    let role: RoleResource
    let stack: Stack
    let pipes: [PipeResource]
    let functions: [FunctionResource]
    /// With the logical ID of the pipe or function.
    let needs: [(user: String, need: Need)]
    let names: ResourceNames

    /// - Returns: nil for a role that no pipe or function has.
    init?(_ role: RoleResource, in stack: Stack) {
        self.role = role
        self.stack = stack
        pipes = stack.pipes.filter { $0.roleARN == role.arn }
        functions = stack.functions.filter { $0.roleARN == role.arn }
        guard !pipes.isEmpty || !functions.isEmpty else { return nil }
        needs =
            pipes.flatMap { pipe in Need.all(of: pipe, in: stack).map { (pipe.logicalID, $0) } }
            + functions.flatMap { function in Need.all(of: function, in: stack).map { (function.logicalID, $0) } }
        names = ResourceNames(stack)
    }

    /// `Flow`, `Flow and Worker`.
    var users: String { Self.list(pipes.map(\.logicalID) + functions.map(\.logicalID)) }

    /// Whether an event source mapping of the template may have a function read a stream or queue.
    var hasEventSources: Bool { stack.notLocal.contains { $0.type == "AWS::Lambda::EventSourceMapping" } }

    func problem(
        _ kind: PermissionProblem.Kind, line: Int? = nil, _ message: String, repair: String, statement: String? = nil
    ) -> PermissionProblem {
        PermissionProblem(
            kind: kind, logicalID: line.flatMap(policyResource) ?? role.logicalID, line: line ?? role.line,
            message: message, repair: repair, statement: statement)
    }

    /// The resource whose policy has a statement at a line, where comments that ignore the problem are looked for.
    private func policyResource(ofStatementAt line: Int) -> String? {
        role.policies.first { $0.document.statements.contains { $0.line == line } }?.logicalID
    }

    /// What is the same in every call that is made with the role.
    var context: RequestContext {
        let options = stack.options
        return RequestContext(
            [
                "aws:PrincipalAccount": [options.accountID], "aws:PrincipalArn": [role.arn],
                "aws:PrincipalType": ["AssumedRole"], "aws:RequestedRegion": [options.region],
                "aws:ResourceAccount": [options.accountID], "aws:SecureTransport": ["true"],
            ], isComplete: false)
    }

    func decision(_ action: String, on resource: String) -> AccessDecision {
        role.decision(on: AccessRequest(action: action, resource: resource, context: context))
    }

    /// `a`, `a and b`, `a, b and c`.
    static func list(_ words: [String]) -> String {
        guard words.count > 1, let last = words.last else { return words.first ?? "" }
        return words.dropLast().joined(separator: ", ") + " and " + last
    }
}
