import EventPatterns

/// Reads a template's text: as JSON with variables, or else as plain text.
struct InputTemplateParser {
    typealias Node = InputTemplate.Node
    typealias Part = InputTemplate.Part

    private enum Problem: Error {
        /// The text is no JSON from here on; it may be a plain one.
        case noJSON(at: Int)
        case refused(InputTemplateError)
    }

    private let text: [UInt8]
    private var at = 0

    static func parse(_ text: String) throws(InputTemplateError) -> Node {
        guard !text.isEmpty else {
            throw InputTemplateError(description: "The input template is empty; leave it out.", character: nil)
        }
        let count = text.unicodeScalars.count
        guard count <= InputTemplate.charactersMax else {
            throw InputTemplateError(
                description:
                    "The input template has \(count) characters and may have \(InputTemplate.charactersMax); shorten it.",
                character: nil)
        }
        var parser = InputTemplateParser(text: Array(text.utf8))
        // Also finds every variable that there is not, wherever it stands.
        let parts = try parser.parts(0..<parser.text.count, escaping: true)
        do {
            return try parser.wholeJSON()
        } catch {
            switch error {
            case .refused(let error): throw error
            case .noJSON(let place):
                if parser.beginsLikeAnObject {
                    throw parser.error(
                        "begins with { and is no JSON object at", place,
                        remedy: "correct it, or begin a plain text in another way")
                }
                if let place = parts.eventJSONPlace { throw parser.noValue(place) }
                return .string(parts.map(\.part))
            }
        }
    }

    private init(text: [UInt8]) { self.text = text }

    private var beginsLikeAnObject: Bool {
        var start = 0
        return JSONValue.peek(text.span.bytes, &start) == UInt8(ascii: "{")
    }

    // MARK: JSON

    private mutating func wholeJSON() throws(Problem) -> Node {
        let node = try value(depth: 0)
        guard peek() == 0, at == text.count else { throw .noJSON(at: at) }
        return node
    }

    private mutating func value(depth: Int) throws(Problem) -> Node {
        guard depth < InputTemplate.depthMax else {
            throw .refused(
                error("is nested deeper than \(InputTemplate.depthMax) levels at", at, remedy: "make it flatter"))
        }
        switch peek() {
        case UInt8(ascii: "{"):
            var fields: [(name: [UInt8], value: Node)] = []
            try list(closing: UInt8(ascii: "}")) { (parser) throws(Problem) in
                fields.append(try parser.field(depth: depth))
            }
            return .object(fields)
        case UInt8(ascii: "["):
            var elements: [Node] = []
            try list(closing: UInt8(ascii: "]")) { (parser) throws(Problem) in
                elements.append(try parser.value(depth: depth + 1))
            }
            return .array(elements)
        case UInt8(ascii: "<"):
            guard
                let (variable, end) = try checked({ (parser) throws(InputTemplateError) in
                    try parser.variable(at: parser.at)
                })
            else { throw .noJSON(at: at) }
            at = end
            return .variable(variable)
        case UInt8(ascii: "\""):
            let string = try scalar()
            let parts = try parts(of: string)
            if let place = parts.eventJSONPlace { throw .refused(noValue(place)) }
            return parts.contains(where: \.isVariable) ? .string(parts.map(\.part)) : .fixed(Array(text[string]))
        default:
            return .fixed(Array(text[try scalar()]))
        }
    }

    private mutating func field(depth: Int) throws(Problem) -> (name: [UInt8], value: Node) {
        guard peek() == UInt8(ascii: "\"") else { throw .noJSON(at: at) }
        let name = try scalar()
        if let variable = try parts(of: name).first(where: \.isVariable) {
            throw .refused(
                error(
                    "has a variable in the name of a field at", variable.place,
                    remedy: "only values can have variables"))
        }
        guard peek() == UInt8(ascii: ":") else { throw .noJSON(at: at) }
        at += 1
        return (Array(text[name]), try value(depth: depth + 1))
    }

    /// What stands between brackets, the opening one of which is next.
    private mutating func list(
        closing: UInt8, _ element: (inout InputTemplateParser) throws(Problem) -> Void
    ) throws(Problem) {
        at += 1
        if peek() == closing {
            at += 1
            return
        }
        while true {
            try element(&self)
            let byte = peek()
            guard byte == closing || byte == UInt8(ascii: ",") else { throw .noJSON(at: at) }
            at += 1
            if byte == closing { return }
        }
    }

    /// A string, number or word.
    private mutating func scalar() throws(Problem) -> Range<Int> {
        do {
            let range = try JSONValue.range(text.span.bytes, at)
            at = range.upperBound
            return range
        } catch {
            throw .noJSON(at: error.offset)
        }
    }

    /// The next byte that is no white space; zero at the end.
    private mutating func peek() -> UInt8 {
        var next = at
        defer { at = next }
        return JSONValue.peek(text.span.bytes, &next)
    }

    private func parts(of string: Range<Int>) throws(Problem) -> [PlacedPart] {
        try checked { (parser) throws(InputTemplateError) in
            try parser.parts(string.lowerBound + 1..<string.upperBound - 1, escaping: false)
        }
    }

    private func checked<Result>(
        _ body: (borrowing InputTemplateParser) throws(InputTemplateError) -> Result
    ) throws(Problem) -> Result {
        do {
            return try body(self)
        } catch {
            throw .refused(error)
        }
    }

    // MARK: Text and variables

    fileprivate struct PlacedPart {
        let part: Part
        let place: Int

        var isVariable: Bool {
            if case .variable = part { true } else { false }
        }
    }

    /// - Parameter escaping: whether the text gets JSON's escapes; false when it has them.
    private func parts(_ range: Range<Int>, escaping: Bool) throws(InputTemplateError) -> [PlacedPart] {
        var parts: [PlacedPart] = []
        var start = range.lowerBound
        func addText(upTo end: Int) {
            guard end > start else { return }
            var bytes: [UInt8] = []
            if escaping { bytes.append(jsonEscaping: text[start..<end]) } else { bytes += text[start..<end] }
            parts.append(PlacedPart(part: .text(bytes), place: start))
        }
        var at = range.lowerBound
        while at < range.upperBound {
            guard text[at] == UInt8(ascii: "<"), let (variable, end) = try variable(at: at) else {
                at += 1
                continue
            }
            addText(upTo: at)
            parts.append(PlacedPart(part: .variable(variable), place: at))
            at = end
            start = end
        }
        addText(upTo: range.upperBound)
        return parts
    }

    /// The variable whose `<` is at a place, and where it ends; nil when that is but a sign: neither `$` nor `aws.`
    /// follows it.
    private func variable(at place: Int) throws(InputTemplateError) -> (TemplateVariable, end: Int)? {
        let rest = text[(place + 1)...]
        guard rest.first == UInt8(ascii: "$") || rest.starts(with: "aws.".utf8) else { return nil }
        guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else {
            throw error("has a variable without an end at", place, remedy: "close it with >")
        }
        let name = rest[..<end]
        if name.first == UInt8(ascii: "$") {
            guard let path = JSONPath(name) else {
                throw error(
                    "has \(quotation(name)), which is no path, at", place,
                    remedy: "a path is like $.a.b[0].c or $.a[*], of letters, digits, -, _ and /, with"
                        + " \(JSONPath.stepsMax) steps at most")
            }
            return (.path(path), end + 1)
        }
        guard let known = TemplateVariable.reserved.first(where: { name.elementsEqual($0.name.utf8) }) else {
            throw error(
                "has \(quotation(name)), which is no variable, at", place,
                remedy: "there are " + TemplateVariable.reserved.map(\.name).joined(separator: ", "))
        }
        return (known.variable, end + 1)
    }

    // MARK: Errors

    private func noValue(_ place: Int) -> InputTemplateError {
        error(
            "has <aws.pipes.event.json> inside a text at", place,
            remedy: "it can only be a value of its own, as in {\"event\":<aws.pipes.event.json>}")
    }

    private func error(_ problem: String, _ place: Int, remedy: String) -> InputTemplateError {
        let character = String(decoding: text[..<place], as: UTF8.self).unicodeScalars.count + 1
        return InputTemplateError(
            description: "The input template \(problem) character \(character); \(remedy).", character: character)
    }

    /// The beginning of a name, in one line.
    private func quotation(_ name: ArraySlice<UInt8>) -> String {
        let text = String(decoding: name.prefix(60), as: UTF8.self)
        let line = String(text.unicodeScalars.map { $0.value < 0x20 ? " " : Character($0) })
        return "<\(line)\(name.count > 60 ? "..." : "")>"
    }
}

extension [InputTemplateParser.PlacedPart] {
    /// Where the variable that cannot be part of a text stands.
    fileprivate var eventJSONPlace: Int? {
        first {
            if case .variable(.eventJSON) = $0.part { true } else { false }
        }?.place
    }
}
