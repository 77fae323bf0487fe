import Clocks
import Foundation

/// A request or an answer as a tree, whichever of CloudWatch's three protocols carries it.
indirect enum WireValue: Hashable, Sendable {
    case null
    case boolean(Bool)
    case integer(Int64)
    case number(Double)
    /// A moment; only in answers, for each protocol writes it in a way of its own.
    case timestamp(Timestamp)
    case text(String)
    case bytes([UInt8])
    case list([WireValue])
    /// The names of a structure or a map.
    case members([String: WireValue])

    /// A member; nil when it is missing or null, which AWS does not tell apart.
    subscript(_ name: String) -> WireValue? {
        guard case .members(let members) = self, let value = members[name], value != .null else { return nil }
        return value
    }
}

// What a parameter may be. The query protocol has texts for everything, so a number or a flag may come as one.
extension WireValue {
    var asText: String? {
        guard case .text(let text) = self else { return nil }
        return text
    }

    var asInteger: Int? {
        switch self {
        case .integer(let value): Int(exactly: value)
        case .number(let value): Int(exactly: value)
        case .text(let text): Int(text)
        default: nil
        }
    }

    var asNumber: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        case .text(let text): Double(text)
        default: nil
        }
    }

    var asFlag: Bool? {
        switch self {
        case .boolean(let flag): flag
        case .text("true"): true
        case .text("false"): false
        default: nil
        }
    }

    /// Seconds since 1970, or ISO 8601 in the query protocol.
    var asTimestamp: Timestamp? {
        switch self {
        case .timestamp(let moment): moment
        case .integer(let seconds): Timestamp(secondsSince1970: Double(seconds))
        case .number(let seconds): Timestamp(secondsSince1970: seconds)
        case .text(let text): Timestamp(iso8601Text: text)
        default: nil
        }
    }

    /// The query protocol writes a list of nothing as an empty text.
    var asList: [WireValue]? {
        switch self {
        case .list(let elements): elements
        case .text(""): []
        default: nil
        }
    }

    var asMembers: [String: WireValue]? {
        guard case .members(let members) = self else { return nil }
        return members
    }
}

extension WireValue: ExpressibleByDictionaryLiteral {
    /// Leaves out what is null, as AWS's answers do.
    init(dictionaryLiteral elements: (String, WireValue)...) {
        self = .members(Dictionary(elements.filter { $0.1 != .null }) { _, last in last })
    }

    init(_ text: String?) { self = text.map { .text($0) } ?? .null }
    init(_ flag: Bool?) { self = flag.map { .boolean($0) } ?? .null }
    init(_ integer: Int?) { self = integer.map { .integer(Int64($0)) } ?? .null }
    init(_ number: Double?) { self = number.map { .number($0) } ?? .null }
    init(_ moment: Timestamp?) { self = moment.map { .timestamp($0) } ?? .null }
    init(_ texts: [String]) { self = .list(texts.map { .text($0) }) }
    init(_ elements: [WireValue]) { self = .list(elements) }
}

extension Timestamp {
    /// As the query protocol writes it: `2026-01-02T03:04:05.678Z`.
    var iso8601Text: String {
        // The style cuts off what is below a millisecond, and the nearest number to one may be below it.
        Date(timeIntervalSince1970: (Double(milliseconds) + 0.5) / 1_000)
            .formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }

    init?(iso8601Text text: String) {
        let styles = [
            Date.ISO8601FormatStyle(includingFractionalSeconds: true), Date.ISO8601FormatStyle(),
        ]
        guard let date = styles.lazy.compactMap({ try? $0.parse(text) }).first else { return nil }
        self.init(secondsSince1970: date.timeIntervalSince1970)
    }
}
