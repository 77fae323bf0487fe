/// What an expression says, before any placeholder is looked up: the tree that `ExpressionParser` reads.
///
/// Reading and checking are two steps since DynamoDB's are: a syntax error at the end of an expression is reported
/// before an unknown placeholder at its beginning.
indirect enum ExpressionSyntax {
    enum PathPart {
        case name(String)
        /// `#name`
        case placeholder(String)
        /// The digits between brackets.
        case index(String)
    }

    case path([PathPart])
    /// `:value`
    case value(String)
    case call(String, [ExpressionSyntax])
    /// Parentheses.
    case group(ExpressionSyntax)
    case compare(Condition.Comparator, ExpressionSyntax, ExpressionSyntax)
    case between(ExpressionSyntax, low: ExpressionSyntax, high: ExpressionSyntax)
    case contained(ExpressionSyntax, in: [ExpressionSyntax])
    case not(ExpressionSyntax)
    case all([ExpressionSyntax])
    case any([ExpressionSyntax])
    /// `+` or `-`, in updates only.
    case arithmetic(String, ExpressionSyntax, ExpressionSyntax)

    /// Without the parentheses around it.
    var content: ExpressionSyntax {
        if case .group(let inner) = self { inner.content } else { self }
    }

    /// Whether it stands for a value: a path, a placeholder or a call, with or without parentheses.
    var isOperand: Bool {
        switch content {
        case .path, .value, .call: true
        default: false
        }
    }

    func isCall(of function: String) -> Bool { if case .call(function, _) = self { true } else { false } }

    var isCall: Bool { if case .call = content { true } else { false } }
}

/// One `SET`, `REMOVE`, `ADD` or `DELETE` of an update, with what follows it.
struct UpdateSection {
    enum Keyword: String, CaseIterable {
        case set = "SET"
        case remove = "REMOVE"
        case add = "ADD"
        case delete = "DELETE"
    }

    var keyword: Keyword
    var actions: [(path: [ExpressionSyntax.PathPart], value: ExpressionSyntax?)] = []
}
