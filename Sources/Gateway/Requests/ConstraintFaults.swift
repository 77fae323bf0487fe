import Items

/// Gathers what a request breaks of the constraints in AWS's API model, and words it as AWS does:
/// `2 validation errors detected: Value null at 'tableName' failed to satisfy constraint: ...; Value ...`.
///
/// Costs nothing but the comparisons as long as nothing is broken.
struct ConstraintFaults {
    /// AWS lists no more.
    private static let faultsMax = 10

    /// Longest value and longest path that a fault repeats, in bytes; a longer one ends in dots. Ours: a name may be as
    /// long as the body, and would stand in each of ten faults.
    private static let shownBytesMax = 64 * 1_024

    private var faults: [String] = []

    /// - Throws: `.validation` with all faults, in the order they were found.
    func check() throws(ItemError) {
        guard !faults.isEmpty else { return }
        let errors = faults.count == 1 ? "error" : "errors"
        throw .validation("\(faults.count) validation \(errors) detected: \(faults.joined(separator: "; "))")
    }

    /// A member that must be there.
    mutating func require(_ isPresent: Bool, at path: @autoclosure () -> String) {
        if !isPresent { note("null", path(), "Member must not be null") }
    }

    /// A table's or an index's name: 3 to 255 letters, digits, `_`, `.` and `-`.
    mutating func checkName(_ name: String?, isRequired: Bool, at path: @autoclosure () -> String) {
        guard let name else {
            if isRequired { note("null", path(), "Member must not be null") }
            return
        }
        if !Self.isName(name) {
            note("'\(name)'", path(), "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+")
        }
        let count = name.utf8.count
        if count < 3 { note("'\(name)'", path(), "Member must have length greater than or equal to 3") }
        if count > 255 { note("'\(name)'", path(), "Member must have length less than or equal to 255") }
    }

    /// One of the given texts, which AWS lists in an order of its own.
    mutating func check(_ text: String?, isOneOf values: [String], at path: @autoclosure () -> String) {
        guard let text, !values.contains(text) else { return }
        note("'\(text)'", path(), "Member must satisfy enum value set: [\(values.joined(separator: ", "))]")
    }

    /// - Parameter shown: the number as the request wrote it, where that may differ.
    mutating func check(
        _ number: Int?, atLeast least: Int, atMost most: Int = .max, shown: String? = nil,
        at path: @autoclosure () -> String
    ) {
        guard let number else { return }
        if number < least {
            note("'\(shown ?? "\(number)")'", path(), "Member must have value greater than or equal to \(least)")
        } else if number > most {
            note("'\(shown ?? "\(number)")'", path(), "Member must have value less than or equal to \(most)")
        }
    }

    /// The length of a text, a list or a map.
    /// - Parameter shown: the value as AWS prints it; nil for one that it keeps to itself.
    mutating func check(
        length: Int?, atLeast least: Int = 0, atMost most: Int = .max, shown: @autoclosure () -> String?,
        at path: @autoclosure () -> String
    ) {
        guard let length else { return }
        if length < least {
            note(shown().map { "'\($0)'" }, path(), "Member must have length greater than or equal to \(least)")
        } else if length > most {
            note(shown().map { "'\($0)'" }, path(), "Member must have length less than or equal to \(most)")
        }
    }

    /// The names of tables that are the keys of a batch.
    mutating func checkNames(_ names: some Sequence<String>, shown: @autoclosure () -> String, at path: String) {
        guard names.contains(where: { !Self.isName($0) || $0.utf8.count < 3 || $0.utf8.count > 255 }) else { return }
        note(
            "'\(shown())'", path,
            "Map keys must satisfy constraint: [Member must have length less than or equal to 255, "
                + "Member must have length greater than or equal to 3, "
                + "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+]")
    }

    /// Nothing of it is made once there are as many faults as are listed.
    /// - Parameter value: nil for one that AWS keeps to itself.
    mutating func note(
        _ value: @autoclosure () -> String?, _ path: @autoclosure () -> String, _ constraint: @autoclosure () -> String
    ) {
        guard faults.count < Self.faultsMax else { return }
        let shown = value().map { " \(Self.shortened($0))" } ?? ""
        faults.append("Value\(shown) at '\(Self.shortened(path()))' failed to satisfy constraint: \(constraint())")
    }

    private static func shortened(_ text: String) -> String {
        guard text.utf8.count > shownBytesMax else { return text }
        return String(decoding: text.utf8.prefix(shownBytesMax), as: UTF8.self) + "..."
    }

    private static func isName(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}

extension ItemError {
    static func validation(_ message: String) -> ItemError { ItemError(code: .validation, message: message) }
}
