import Foundation

/// The figures so far: printed one by one, or together as JSON.
package final class FigureReport {
    struct Figure: Encodable {
        let name: String
        let value: Double
        let unit: String
        /// What is wanted of it on a quiet machine of two cores.
        let wanted: String?
    }

    private var figures: [Figure] = []
    /// What is wrong, a sentence each.
    package private(set) var missed: [String] = []
    private let isJSON: Bool

    package init(isJSON: Bool) { self.isJSON = isJSON }

    /// - Parameter holds: false when the figure misses what must hold on any machine.
    package func add(_ name: String, _ value: Double, _ unit: String, wanted: String? = nil, holds: Bool = true) {
        figures.append(Figure(name: name, value: value, unit: unit, wanted: wanted))
        if !holds { missed.append("\(name): \(Self.text(value)) \(unit) where \(wanted ?? "more") is demanded.") }
        guard !isJSON else { return }
        let figure = String(repeating: " ", count: max(1, 12 - Self.text(value).count)) + Self.text(value)
        print(
            name.padding(toLength: 58, withPad: " ", startingAt: 0) + figure
                + " \(unit)".padding(toLength: 12, withPad: " ", startingAt: 0) + (wanted ?? ""))
        fflush(nil)
    }

    package func finish() throws {
        if isJSON { try printJSON(figures) }
    }

    private static func text(_ value: Double) -> String {
        String(format: value < 100 ? "%.2f" : "%.0f", value)
    }
}
