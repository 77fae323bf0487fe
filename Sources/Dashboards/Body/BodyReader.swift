/// Takes members out of a body's JSON and keeps what is to be said about them.
///
/// The words are those of AWS's schema validation ("Should be array") where they are known.
struct BodyReader {
    /// Most errors that are kept, and most warnings; of others the number is. Ours: bounded memory, as a body has room for
    /// half a million.
    static let messagesMax = 100

    private(set) var messages: [DashboardMessage] = []
    private(set) var errorCount = 0
    private var warningCount = 0

    mutating func error(_ path: String, _ message: String) {
        errorCount += 1
        guard errorCount <= Self.messagesMax else { return }
        messages.append(DashboardMessage(dataPath: path, message: message, isError: true))
    }

    mutating func warn(_ path: String, _ message: String) {
        warningCount += 1
        guard warningCount <= Self.messagesMax else { return }
        messages.append(DashboardMessage(dataPath: path, message: message, isError: false))
    }

    mutating func missing(_ path: String, _ name: String) { error(path, "Should have required property '\(name)'") }

    typealias Members = [String: JSONValue]

    mutating func object(_ value: JSONValue, _ path: String) -> Members? {
        if case .object(let members) = value { return members }
        error(path, "Should be object")
        return nil
    }

    mutating func array(_ value: JSONValue, _ path: String) -> [JSONValue]? {
        if case .array(let elements) = value { return elements }
        error(path, "Should be array")
        return nil
    }

    mutating func object(_ name: String, in members: Members, _ path: String) -> Members? {
        members[name].flatMap { object($0, "\(path)/\(name)") }
    }

    mutating func array(_ name: String, in members: Members, _ path: String) -> [JSONValue]? {
        members[name].flatMap { array($0, "\(path)/\(name)") }
    }

    mutating func string(_ name: String, in members: Members, _ path: String) -> String? {
        guard let value = members[name] else { return nil }
        if case .string(let text) = value { return text }
        error("\(path)/\(name)", "Should be string")
        return nil
    }

    mutating func bool(_ name: String, in members: Members, _ path: String) -> Bool? {
        guard let value = members[name] else { return nil }
        if case .bool(let bool) = value { return bool }
        error("\(path)/\(name)", "Should be boolean")
        return nil
    }

    mutating func number(_ name: String, in members: Members, _ path: String) -> Double? {
        guard let value = members[name] else { return nil }
        if case .number(let number) = value, number.isFinite { return number }
        error("\(path)/\(name)", "Should be number")
        return nil
    }

    mutating func integer(
        _ name: String, in members: Members, _ path: String, _ range: ClosedRange<Int>
    ) -> Int? {
        guard let number = number(name, in: members, path) else { return nil }
        guard number == number.rounded() else {
            error("\(path)/\(name)", "Should be integer")
            return nil
        }
        guard number >= Double(range.lowerBound) else {
            error("\(path)/\(name)", "Should be >= \(range.lowerBound)")
            return nil
        }
        guard number <= Double(range.upperBound) else {
            error("\(path)/\(name)", "Should be <= \(range.upperBound)")
            return nil
        }
        return Int(number)
    }

    mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String, in members: Members, _ path: String, _ type: Choice.Type
    ) -> Choice? {
        guard let text = string(name, in: members, path) else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        let names = type.allCases.map(\.rawValue).joined(separator: ", ")
        error("\(path)/\(name)", "Should be equal to one of the allowed values: \(names)")
        return nil
    }
}
