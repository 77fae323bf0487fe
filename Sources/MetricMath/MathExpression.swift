/// An expression, read and not yet evaluated.
public struct MathExpression: Hashable, Sendable {
    /// Longest text, in characters (CloudWatch's API model).
    public static let lengthMax = 2_048
    /// Deepest nesting of brackets, calls and signs.
    public static let depthMax = 50

    let root: Node

    /// - Throws: ``MathError`` with the place of the first thing that is wrong.
    public init(_ text: String) throws(MathError) {
        guard !text.isEmpty else { throw MathError("the expression is empty; give it a metric's id") }
        guard text.unicodeScalars.count <= Self.lengthMax else {
            throw MathError("the expression is longer than \(Self.lengthMax) characters; split it into several")
        }
        root = try MathParser.parse(text)
    }

    /// The ids that it names.
    public var references: Set<String> {
        var ids: Set<String> = []
        root.visit { node in
            if case .reference(let id, _) = node { ids.insert(id) }
        }
        return ids
    }

    /// Whether it asks for metrics by METRICS().
    public var usesMetrics: Bool {
        var uses = false
        root.visit { node in
            if case .call(.metrics, _, _) = node { uses = true }
        }
        return uses
    }

    /// Long sums are one node, so that nesting alone makes a tree deep.
    indirect enum Node: Hashable, Sendable {
        case number(Double)
        case string(String)
        case reference(String, position: Int)
        /// A word that stands for itself among a function's arguments: REPEAT, DESC.
        case word(String, position: Int)
        case negated(Node)
        /// From left to right.
        case chain(Node, [Operation])
        case array([Node], position: Int)
        case call(MathFunction, [Node], position: Int)

        func visit(_ body: (Node) -> Void) {
            body(self)
            switch self {
            case .number, .string, .reference, .word: break
            case .negated(let node): node.visit(body)
            case .chain(let first, let rest):
                first.visit(body)
                for operation in rest { operation.operand.visit(body) }
            case .array(let nodes, _), .call(_, let nodes, _):
                for node in nodes { node.visit(body) }
            }
        }
    }

    struct Operation: Hashable, Sendable {
        var operation: MathOperator
        var operand: Node
        var position: Int
    }
}
