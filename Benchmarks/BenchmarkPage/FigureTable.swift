/// A table of the page: columns with names, and rows of figures.
package struct FigureTable: Codable, Equatable, Sendable {
    /// What stands at one place.
    package enum Cell: Equatable, Sendable {
        case text(String)
        /// A measured value: three of its digits are shown.
        case number(Double)
        /// A number of things: all of its digits are shown.
        case count(Int)
        case nothing
    }

    package var title: String
    package var columns: [String]
    /// As many cells in each as there are columns.
    package private(set) var rows: [[Cell]] = []

    package init(_ title: String, _ columns: [String]) {
        precondition(!columns.isEmpty, "a table has columns")
        self.title = title
        self.columns = columns
    }

    package mutating func add(_ cells: Cell...) {
        precondition(cells.count == columns.count, "a row has a cell for each column")
        rows.append(cells)
    }

    /// Title and table as Markdown; without rows nothing.
    package var markdown: String {
        guard !rows.isEmpty else { return "" }
        func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }
        let head = [line(columns), "|" + String(repeating: "---|", count: columns.count)]
        return (["**\(title)**", ""] + head + rows.map { line($0.map(\.markdown)) }).joined(separator: "\n") + "\n"
    }
}

extension FigureTable.Cell {
    /// A measured value, or nothing where it was not measured.
    package static func figure(_ value: Double?) -> Self { value.map { .number($0) } ?? .nothing }

    var markdown: String {
        switch self {
        // A bar would end the cell, and a line's end the table.
        case .text(let text):
            text.replacing("|", with: "\\|").replacing("\n", with: " ")
        case .number(let value): figureText(value)
        case .count(let count): grouped("\(count)")
        case .nothing: ""
        }
    }
}

extension FigureTable.Cell: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
    package init(stringLiteral text: String) { self = .text(text) }
}

/// A text, a number or null.
extension FigureTable.Cell: Codable {
    package init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .nothing
        } else if let text = try? value.decode(String.self) {
            self = .text(text)
        } else {
            self = .number(try value.decode(Double.self))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        switch self {
        case .text(let text): try value.encode(text)
        // JSON has no number for what is none.
        case .number(let number) where number.isFinite: try value.encode(number)
        case .count(let count): try value.encode(count)
        case .number, .nothing: try value.encodeNil()
        }
    }
}
