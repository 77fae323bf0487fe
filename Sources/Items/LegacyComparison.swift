/// The comparison operators of the parameters that were there before expressions: `Expected`, `QueryFilter`,
/// `ScanFilter` and `KeyConditions`.
enum LegacyComparison: String, Sendable {
    case equal = "EQ"
    case notEqual = "NE"
    case isIn = "IN"
    case lessOrEqual = "LE"
    case less = "LT"
    case greaterOrEqual = "GE"
    case greater = "GT"
    case between = "BETWEEN"
    case notNull = "NOT_NULL"
    case null = "NULL"
    case contains = "CONTAINS"
    case notContains = "NOT_CONTAINS"
    case beginsWith = "BEGINS_WITH"

    /// In the order in which AWS lists them when it gets another one.
    static let names = [
        "IN", "NULL", "BETWEEN", "LT", "NOT_CONTAINS", "EQ", "GT", "NOT_NULL", "NE", "LE", "BEGINS_WITH", "GE",
        "CONTAINS",
    ]

    init(_ comparator: Condition.Comparator) {
        self =
            switch comparator {
            case .equal: .equal
            case .notEqual: .notEqual
            case .less: .less
            case .lessOrEqual: .lessOrEqual
            case .greater: .greater
            case .greaterOrEqual: .greaterOrEqual
            }
    }

    /// The same with its two sides changed over.
    var turned: LegacyComparison {
        switch self {
        case .less: .greater
        case .lessOrEqual: .greaterOrEqual
        case .greater: .less
        case .greaterOrEqual: .lessOrEqual
        default: self
        }
    }

    /// How many values it takes.
    var valuesCount: ClosedRange<Int> {
        switch self {
        case .null, .notNull: 0...0
        case .between: 2...2
        case .isIn: 1...Int.max
        default: 1...1
        }
    }

    /// Whether it takes values of a type, by DynamoDB's name.
    func takes(_ typeName: String) -> Bool {
        switch self {
        case .equal, .notEqual, .null, .notNull: true
        case .contains, .notContains: !["L", "M", "SS", "NS", "BS"].contains(typeName)
        case .beginsWith: typeName == "S" || typeName == "B"
        case .lessOrEqual, .less, .greaterOrEqual, .greater, .between, .isIn: ["S", "N", "B"].contains(typeName)
        }
    }

    /// Whether it names one range of sorted keys.
    var isIndexable: Bool {
        switch self {
        case .equal, .less, .lessOrEqual, .greater, .greaterOrEqual, .between, .beginsWith: true
        case .notEqual, .isIn, .notNull, .null, .contains, .notContains: false
        }
    }

    /// The same as a condition of the expression language.
    func condition(on path: DocumentPath, _ values: [AttributeValue]) -> Condition {
        func compare(_ comparator: Condition.Comparator) -> Condition {
            .compare(comparator, .path(path), .value(values[0]))
        }
        return switch self {
        case .equal: compare(.equal)
        case .notEqual: compare(.notEqual)
        case .less: compare(.less)
        case .lessOrEqual: compare(.lessOrEqual)
        case .greater: compare(.greater)
        case .greaterOrEqual: compare(.greaterOrEqual)
        case .isIn: .contained(.path(path), in: values.map { .value($0) })
        case .between: .between(.path(path), low: .value(values[0]), high: .value(values[1]))
        case .notNull: .exists(path)
        case .null: .notExists(path)
        case .contains: .contains(.path(path), .value(values[0]))
        // Unlike NOT contains(...), false when the attribute is not there.
        case .notContains: .all([.exists(path), .not(.contains(.path(path), .value(values[0])))])
        case .beginsWith: .beginsWith(.path(path), .value(values[0]))
        }
    }
}
