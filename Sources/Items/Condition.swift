/// A parsed condition.
indirect enum Condition: Sendable {
    enum Comparator: String, Sendable {
        case equal = "="
        case notEqual = "<>"
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
    }

    enum Operand: Sendable {
        case path(DocumentPath)
        case value(AttributeValue)
        indirect case size(Operand)

        func value(in item: Item) -> AttributeValue? {
            switch self {
            case .path(let path): path.value(in: item)
            case .value(let value): value
            case .size(let operand): operand.value(in: item).flatMap { Condition.size(of: $0) }
            }
        }

        /// The path it reads, if any.
        var path: DocumentPath? {
            switch self {
            case .path(let path): path
            case .value: nil
            case .size(let operand): operand.path
            }
        }
    }

    case compare(Comparator, Operand, Operand)
    case between(Operand, low: Operand, high: Operand)
    case contained(Operand, in: [Operand])
    case exists(DocumentPath)
    case notExists(DocumentPath)
    case hasType(Operand, String)
    case beginsWith(Operand, Operand)
    case contains(Operand, Operand)
    case not(Condition)
    case all([Condition])
    case any([Condition])
}

extension Condition {
    /// Whether an item meets the condition. A place that is missing makes each comparison false but `<>`.
    func isMet(by item: Item) -> Bool {
        switch self {
        case .compare(let comparator, let left, let right):
            Condition.compare(comparator, left.value(in: item), right.value(in: item))
        case .between(let operand, let low, let high):
            Condition.compare(.greaterOrEqual, operand.value(in: item), low.value(in: item))
                && Condition.compare(.lessOrEqual, operand.value(in: item), high.value(in: item))
        case .contained(let operand, let candidates):
            candidates.contains { Condition.compare(.equal, operand.value(in: item), $0.value(in: item)) }
        case .exists(let path): path.value(in: item) != nil
        case .notExists(let path): path.value(in: item) == nil
        case .hasType(let operand, let type): operand.value(in: item)?.typeName == type
        case .beginsWith(let operand, let prefix):
            Condition.begins(operand.value(in: item), with: prefix.value(in: item))
        case .contains(let operand, let part): Condition.does(operand.value(in: item), contain: part.value(in: item))
        case .not(let condition): !condition.isMet(by: item)
        case .all(let conditions): conditions.allSatisfy { $0.isMet(by: item) }
        case .any(let conditions): conditions.contains { $0.isMet(by: item) }
        }
    }

    /// Each place the condition reads.
    func forEachPath(_ body: (DocumentPath) -> Void) {
        switch self {
        case .compare(_, let left, let right), .beginsWith(let left, let right), .contains(let left, let right):
            [left, right].compactMap(\.path).forEach(body)
        case .between(let operand, let low, let high): [operand, low, high].compactMap(\.path).forEach(body)
        case .contained(let operand, let candidates): ([operand] + candidates).compactMap(\.path).forEach(body)
        case .exists(let path), .notExists(let path): body(path)
        case .hasType(let operand, _): operand.path.map(body)
        case .not(let condition): condition.forEachPath(body)
        case .all(let conditions), .any(let conditions): conditions.forEach { $0.forEachPath(body) }
        }
    }

    private static func compare(_ comparator: Comparator, _ left: AttributeValue?, _ right: AttributeValue?) -> Bool {
        guard let left, let right else { return comparator == .notEqual }
        switch comparator {
        case .equal: return left == right
        case .notEqual: return left != right
        case .less: return precedes(left, right) ?? false
        case .greater: return precedes(right, left) ?? false
        case .lessOrEqual: return precedes(right, left).map { !$0 } ?? false
        case .greaterOrEqual: return precedes(left, right).map { !$0 } ?? false
        }
    }

    /// Order of two values of one ordered type; nil for other types and for mixed ones.
    static func precedes(_ left: AttributeValue, _ right: AttributeValue) -> Bool? {
        switch (left, right) {
        case (.number(let left), .number(let right)): left < right
        case (.string(let left), .string(let right)): UTF8Order.precedes(left, right)
        case (.binary(let left), .binary(let right)): left.lexicographicallyPrecedes(right)
        default: nil
        }
    }

    private static func begins(_ value: AttributeValue?, with prefix: AttributeValue?) -> Bool {
        switch (value, prefix) {
        case (.string(let text), .string(let prefix)): text.utf8.starts(with: prefix.utf8)
        case (.binary(let bytes), .binary(let prefix)): bytes.starts(with: prefix)
        default: false
        }
    }

    /// A part of a string or binary, a member of a set, or an element of a list.
    private static func does(_ value: AttributeValue?, contain part: AttributeValue?) -> Bool {
        switch (value, part) {
        case (.list(let elements), let part?): elements.contains(part)
        case (.string(let text), .string(let part)): contains(Array(text.utf8), Array(part.utf8))
        case (.binary(let bytes), .binary(let part)): contains(bytes, part)
        case (.stringSet(let members), .string(let part)): members.contains { UTF8Order.areEqual($0, part) }
        case (.numberSet(let members), .number(let part)): members.contains(part)
        case (.binarySet(let members), .binary(let part)): members.contains(part)
        default: false
        }
    }

    /// Linear in both, whatever they are (Knuth, Morris and Pratt): the table's writer waits for it.
    private static func contains(_ bytes: [UInt8], _ part: [UInt8]) -> Bool {
        guard part.count <= bytes.count else { return false }
        guard let first = part.first else { return true }
        guard part.count > 1 else { return bytes.contains(first) }
        let borders = Self.borders(of: part)
        var matched = 0
        for byte in bytes {
            while matched > 0, byte != part[matched] { matched = borders[matched - 1] }
            if byte == part[matched] { matched += 1 }
            if matched == part.count { return true }
        }
        return false
    }

    /// For each beginning of the bytes, the longest shorter beginning that it ends with: where to go on after a byte
    /// that does not fit.
    private static func borders(of bytes: [UInt8]) -> [Int] {
        var borders = [0]
        borders.reserveCapacity(bytes.count)
        var length = 0
        for byte in bytes.dropFirst() {
            while length > 0, byte != bytes[length] { length = borders[length - 1] }
            if byte == bytes[length] { length += 1 }
            borders.append(length)
        }
        return borders
    }

    /// `size(path)`: bytes of a string (UTF-8) or binary, elements of a set, list or map; none for other types.
    private static func size(of value: AttributeValue) -> AttributeValue? {
        switch value {
        case .string(let text): .number(Number(text.utf8.count))
        case .binary(let bytes): .number(Number(bytes.count))
        case .stringSet(let members): .number(Number(members.count))
        case .numberSet(let members): .number(Number(members.count))
        case .binarySet(let members): .number(Number(members.count))
        case .list(let elements): .number(Number(elements.count))
        case .map(let item): .number(Number(item.count))
        case .number, .bool, .null: nil
        }
    }
}
