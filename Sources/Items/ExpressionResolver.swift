/// Looks up what an expression names, and notes what is wrong with it.
///
/// Every method answers something, also for what is wrong: the answer is never used then.
struct ExpressionResolver {
    /// Largest list index. AWS: a signed 32-bit integer of up to ten digits.
    static let listIndexMax = Int(Int32.max)

    var placeholders: ExpressionPlaceholders
    var findings: ExpressionFindings

    init(parameter: String, placeholders: ExpressionPlaceholders) {
        self.placeholders = placeholders
        findings = ExpressionFindings(parameter: parameter)
    }

    mutating func path(_ parts: [ExpressionSyntax.PathPart]) -> DocumentPath {
        var steps: [DocumentPath.Step] = []
        for part in parts {
            switch part {
            case .name(let name):
                if ReservedWords.contains(name) {
                    findings.note(.path, "Attribute name is a reserved keyword; reserved keyword: \(name)")
                }
                steps.append(.key(name))
            case .placeholder(let placeholder):
                let name = placeholders.name(placeholder)
                if name == nil {
                    findings.note(
                        .placeholder,
                        "An expression attribute name used in the document path is not defined; "
                            + "attribute name: \(placeholder)")
                }
                steps.append(.key(name ?? placeholder))
            case .index(let digits):
                let index = digits.utf8.count <= 10 ? Int(digits) : nil
                if index.map({ $0 > Self.listIndexMax }) ?? true {
                    findings.note(.path, "List index is not within the allowable range; index: [\(digits)]")
                }
                steps.append(.index(index ?? 0))
            }
        }
        if steps.count > Item.nestingMax {
            findings.note(.type, "The document path has too many nesting levels; nesting levels: \(steps.count)")
        }
        guard case .key(let root) = steps[0] else { preconditionFailure("A path begins with a name") }
        return DocumentPath(root: root, steps: Array(steps.dropFirst()))
    }

    /// Answers nil when the placeholder is not defined.
    mutating func value(_ placeholder: String) -> AttributeValue? {
        if let value = placeholders.value(placeholder) { return value }
        findings.note(
            .placeholder,
            "An expression attribute value used in expression is not defined; attribute value: \(placeholder)")
        return nil
    }

    mutating func noteType(of function: String, _ type: String) {
        findings.note(
            .type,
            "Incorrect operand type for operator or function; operator or function: \(function), "
                + "operand type: \(type)")
    }

    mutating func noteNeedsPath(_ function: String) {
        findings.note(.type, "Operator or function requires a document path; operator or function: \(function)")
    }

    mutating func noteUnknown(function: String) {
        findings.note(.function, "Invalid function name; function: \(function)")
    }

    /// Whether there are as many as there must be.
    mutating func checkCount(of operands: [ExpressionSyntax], _ count: Int, function: String) -> Bool {
        guard operands.count != count else { return true }
        findings.note(
            .operandCount,
            "Incorrect number of operands for operator or function; operator or function: \(function), "
                + "number of operands: \(operands.count)")
        return false
    }

    /// Notes the first two of several paths of which one holds the other, or else the first two that conflict.
    /// Quadratic in the paths that begin alike.
    mutating func checkOverlaps(_ paths: [DocumentPath]) {
        var earlier: [[UInt8]: [DocumentPath]] = [:]
        var hasConflict = false
        for path in paths {
            let root = Array(path.root.utf8)
            for other in earlier[root, default: []] {
                guard let overlap = other.overlap(with: path), overlap == .overlap || !hasConflict else { continue }
                hasConflict = true
                findings.note(
                    overlap == .overlap ? .overlap : .conflict,
                    "Two document paths \(overlap) with each other; must remove or rewrite one of these paths; "
                        + "path one: \(other.description), path two: \(path.description)")
                if overlap == .overlap { return }
            }
            earlier[root, default: []].append(path)
        }
    }
}
