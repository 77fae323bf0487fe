import Foundation

/// The parameters of a request's query. Foundation's own reader of queries stops the program for one that is not well encoded, and what
/// a client sends may be anything.
enum QueryParameters {
    /// Names and values in their order, percent-decoded; a value that is not there is empty, and what is no encoding stands for itself.
    static func list(_ query: String?) -> [(name: String, value: String)] {
        (query ?? "").split(separator: "&").map { parameter in
            let sides = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (decoded(sides[0]), sides.count > 1 ? decoded(sides[1]) : "")
        }
    }

    /// The same by name; of two with one name the last counts.
    static func byName(_ query: String?) -> [String: String] {
        Dictionary(list(query).map { ($0.name, $0.value) }) { _, last in last }
    }

    private static func decoded(_ text: Substring) -> String { text.removingPercentEncoding ?? String(text) }
}
