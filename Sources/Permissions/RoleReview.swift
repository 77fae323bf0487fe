public import Stacks

/// Compares what the roles of a stack allow with what its pipes and functions need.
public enum RoleReview {
    /// All problems, in the order of the file. Roles that no pipe or function of the stack has are not looked at.
    public static func problems(in stack: Stack) -> [PermissionProblem] {
        let reviewed = stack.roles.compactMap { ReviewedRole($0, in: stack) }
        let problems =
            reviewed.flatMap { $0.trustProblems() + $0.missing() + $0.excess() + $0.unreadable() + $0.undecidable() }
            + outside(stack)
        return problems.enumerated().sorted { ($0.element.line, $0.offset) < ($1.element.line, $1.offset) }
            .map(\.element)
    }

    private static func outside(_ stack: Stack) -> [PermissionProblem] {
        let roles = Set(stack.roles.map(\.arn))
        let users =
            stack.pipes.map { ($0.logicalID, $0.line, $0.roleARN) }
            + stack.functions.map { ($0.logicalID, $0.line, $0.roleARN) }
        return users.filter { !roles.contains($0.2) }.map { logicalID, line, arn in
            PermissionProblem(
                kind: .roleNotInTemplate, logicalID: logicalID, line: line,
                message:
                    "The role \(arn) is not in the template, so whether it allows what \(logicalID) needs shows only"
                    + " on AWS.",
                repair: "Declare the role in the template as AWS::IAM::Role, or check it where it is kept.",
                statement: nil)
        }
    }
}
