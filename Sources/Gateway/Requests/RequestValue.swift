/// A request's JSON as a tree: for the operations on tables and streams, which are small and rare.
indirect enum RequestValue: Hashable, Sendable {
    case null
    case boolean(Bool)
    /// As it was written.
    case number(String)
    case string(String)
    case list([RequestValue])
    case object([String: RequestValue])

    /// A member; nil when it is missing or null, which AWS does not tell apart.
    subscript(_ name: String) -> RequestValue? {
        guard case .object(let members) = self, let value = members[name], value != .null else { return nil }
        return value
    }

    // What a checked request holds: a wrong type has been refused before.

    var text: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// Digits behind the point are dropped, as AWS does.
    var integer: Int? {
        guard case .number(let text) = self else { return nil }
        return Int(text) ?? Double(text).flatMap { Int(exactly: $0.rounded(.towardZero)) }
    }

    var flag: Bool? {
        guard case .boolean(let flag) = self else { return nil }
        return flag
    }

    /// The texts of a map.
    var texts: [String: String]? {
        guard case .object(let members) = self else { return nil }
        return members.compactMapValues(\.text)
    }

    var elements: [RequestValue]? {
        guard case .list(let elements) = self else { return nil }
        return elements
    }
}

extension JSONWriter {
    /// A request as it was understood: without nulls and what no shape names.
    mutating func value(_ value: RequestValue) {
        switch value {
        case .null: raw("null".utf8)
        case .boolean(let flag): raw((flag ? "true" : "false").utf8)
        case .number(let text): raw((value.integer.map { String($0) } ?? text).utf8)
        case .string(let text): string(text)
        case .list(let elements): array(elements) { $0.value($1) }
        case .object(let members):
            object { json in
                for (name, value) in members.sorted(by: { $0.key < $1.key }) where value != .null {
                    json.name(name)
                    json.value(value)
                }
            }
        }
    }
}
