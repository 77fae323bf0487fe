/// A line for a terminal, and how it is shown where colours are.
struct TextLine: Hashable {
    enum Style { case plain, heading, alert }

    var text: String
    var style: Style

    init(_ text: String, style: Style = .plain) {
        self.text = text
        self.style = style
    }

    /// - Parameters:
    ///   - width: most columns; what is longer is cut.
    ///   - isColoured: whether the terminal takes colours.
    func shown(width: Int, isColoured: Bool) -> String {
        // One line, whatever names stand in it.
        let text = TerminalText.harmless(text).replacing("\n", with: " ")
        let cut = text.count > width ? text.prefix(max(0, width - 1)) + "…" : text
        guard isColoured else { return cut }
        switch style {
        case .plain: return cut
        case .heading: return "\u{1B}[1m\(cut)\u{1B}[0m"
        case .alert: return "\u{1B}[1;31m\(cut)\u{1B}[0m"
        }
    }
}

/// Rows under their headings: names at the left, the rest at the right of their columns.
enum TextTable {
    static func lines(_ headings: [String], _ rows: [[String]]) -> [TextLine] {
        let widths = headings.indices.map { column in ([headings] + rows).map { $0[column].count }.max() ?? 0 }
        func line(_ cells: [String]) -> String {
            zip(cells.indices, cells).map { column, cell in
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                return column == 0 ? cell + padding : padding + cell
            }.joined(separator: "  ")
        }
        return [TextLine(line(headings), style: .heading)] + rows.map { TextLine(line($0)) }
    }
}
