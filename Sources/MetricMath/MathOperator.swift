import Foundation

/// What stands between two operands.
enum MathOperator: Hashable, Sendable {
    case or, and
    case equal, unequal, lessOrEqual, greaterOrEqual, less, greater
    case plus, minus, times, divided, power

    /// From the loosest to the tightest; operators of one level are taken from left to right.
    static let levels: [[(text: String, operator: MathOperator)]] = [
        [("OR", .or), ("||", .or)],
        [("AND", .and), ("&&", .and)],
        [
            ("==", .equal), ("!=", .unequal), ("<=", .lessOrEqual), (">=", .greaterOrEqual), ("<", .less),
            (">", .greater),
        ],
        [("+", .plus), ("-", .minus)],
        [("*", .times), ("/", .divided)],
    ]

    /// Comparisons and logic give 1 and 0. A result that is not finite stands for none, as that of a division by zero.
    func apply(_ left: Double, _ right: Double) -> Double {
        guard !left.isNaN, !right.isNaN else { return .nan }
        return switch self {
        case .or: left != 0 || right != 0 ? 1 : 0
        case .and: left != 0 && right != 0 ? 1 : 0
        case .equal: left == right ? 1 : 0
        case .unequal: left != right ? 1 : 0
        case .lessOrEqual: left <= right ? 1 : 0
        case .greaterOrEqual: left >= right ? 1 : 0
        case .less: left < right ? 1 : 0
        case .greater: left > right ? 1 : 0
        case .plus: left + right
        case .minus: left - right
        case .times: left * right
        case .divided: right == 0 ? .nan : left / right
        case .power: pow(left, right)
        }
    }
}
