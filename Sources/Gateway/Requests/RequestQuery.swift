import Foundation

/// The query of an address, as the services that are called by paths have it.
enum RequestQuery {
    /// Names and values, in the order of the text. A name alone has an empty value; a part whose escapes are wrong stands for itself.
    ///
    /// Not by `URLComponents`, which ends the process for a query with a wrong escape.
    static func parameters(_ query: String?) -> [(name: String, value: String)] {
        (query ?? "").utf8.split(separator: UInt8(ascii: "&")).map { parameter in
            let name = parameter.prefix { $0 != UInt8(ascii: "=") }
            return (decoded(name), decoded(parameter[name.endIndex...].dropFirst()))
        }
    }

    /// The same by name; of two with one name the last counts.
    static func byName(_ query: String?) -> [String: String] {
        Dictionary(parameters(query).map { ($0.name, $0.value) }) { _, last in last }
    }

    private static func decoded(_ text: Substring.UTF8View) -> String {
        let text = Substring(text)
        return text.removingPercentEncoding ?? String(text)
    }
}
