import EventPatterns

/// An enrichment's answer, read as the batch for the target.
enum EnrichedBatch: Equatable {
    /// The target is not called, and the records are done.
    case nothing
    /// What the target gets, at least one element.
    case elements([[UInt8]])
    case malformed(reason: String)

    /// By EventBridge's user guide, on enrichment, `""`, `{}` and `[]` call no target, `[{}]` does. So does a value that is no
    /// array, as the one element of the batch; no answer at all and `null`, which a function gives that returns nothing, call
    /// none.
    init(answer: [UInt8]) {
        let bytes = answer.span.bytes
        do {
            var start = 0
            if JSONValue.peek(bytes, &start) == 0, start == answer.count {
                self = .nothing
                return
            }
            let value = try JSONValue.sole(bytes)
            var parts = JSONParts(bytes, value.lowerBound)
            var elements: [[UInt8]] = []
            while let part = try parts?.next(bytes) { elements.append(Array(answer[part.value])) }
            if parts == nil {
                let scalar = Array(answer[value])
                elements = scalar == Array(#""""#.utf8) || scalar == Array("null".utf8) ? [] : [scalar]
            } else if answer[value.lowerBound] == UInt8(ascii: "{"), !elements.isEmpty {
                elements = [Array(answer[value])]
            }
            self = elements.isEmpty ? .nothing : .elements(elements)
        } catch {
            self = .malformed(
                reason: "the enrichment's answer is not JSON: it \(error.message) at byte \(error.offset)")
        }
    }
}
