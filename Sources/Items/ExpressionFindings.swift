/// What is wrong with an expression that reads well, to be reported in DynamoDB's order and not in the order found.
struct ExpressionFindings {
    enum Kind {
        /// A reserved word or a list index out of range.
        case path
        case function
        /// A function in a place that is not for it.
        case misuse
        case section
        case placeholder
        case operandCount
        case distinct
        /// Two paths of which one holds the other, and two that make a list and a map of one place.
        case overlap
        case conflict
        /// The wrong type for `ADD` or `DELETE`.
        case sectionType
        case type
    }

    // The orders were recorded on AWS by dynalite's tests, which send expressions with several mistakes at once.
    static let conditionOrder: [Kind] = [.function, .misuse, .path, .placeholder]
    static let updateOrder: [Kind] = [
        .path, .function, .section, .placeholder, .overlap, .conflict, .sectionType, .type,
    ]
    static let projectionOrder: [Kind] = [.path, .placeholder, .overlap, .conflict, .type]

    let parameter: String
    private var messages: [Kind: String] = [:]

    init(parameter: String) { self.parameter = parameter }

    /// Of one kind the first is kept.
    mutating func note(_ kind: Kind, _ message: String) {
        if messages[kind] == nil { messages[kind] = message }
    }

    /// - Throws: the first mistake.
    func check(_ order: [Kind]) throws(ItemError) {
        for kind in order {
            if let message = messages[kind] { throw .validation("Invalid \(parameter): \(message)") }
        }
    }

    /// Takes over, as one mistake, the first of another list's kinds; the next condition's are of no interest then.
    mutating func merge(condition other: ExpressionFindings) {
        for kind: Kind in [.function, .misuse, .path] {
            if let message = other.messages[kind] { note(kind, message) }
        }
        for kind: Kind in [.placeholder, .operandCount, .distinct, .type] {
            if let message = other.messages[kind] {
                note(.placeholder, message)
                return
            }
        }
    }
}
