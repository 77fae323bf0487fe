/// A rectangle of the grid's cells.
public struct GridFrame: Hashable, Sendable {
    public var x: Int
    public var y: Int
    public var width: Int
    public var height: Int

    public init(x: Int, y: Int, width: Int, height: Int) {
        (self.x, self.y, self.width, self.height) = (x, y, width, height)
    }

    func overlaps(_ other: GridFrame) -> Bool {
        x < other.x + other.width && other.x < x + width && y < other.y + other.height && other.y < y + height
    }
}

/// Where widgets stand: on a grid of 24 columns, with as many rows as they need.
public enum GridLayout {
    public static let columns = 24

    /// Gives widgets without a place the first free one, from the top and from the left, in the order of the body.
    static func place(_ widgets: [Widget]) -> [Widget] {
        var taken = widgets.filter(\.isPlaced).map(\.frame)
        return widgets.map { widget in
            guard !widget.isPlaced else { return widget }
            var placed = widget
            placed.frame = firstFree(widget.frame, taken)
            taken.append(placed.frame)
            return placed
        }
    }

    /// Rows where something ends are the only ones where something new can begin.
    private static func firstFree(_ frame: GridFrame, _ taken: [GridFrame]) -> GridFrame {
        var frame = frame
        for y in Set([0] + taken.map { $0.y + $0.height }).sorted() {
            frame.y = y
            let row = taken.filter { $0.y < y + frame.height && y < $0.y + $0.height }
            for x in Set([0] + row.map { $0.x + $0.width }).sorted() where x + frame.width <= columns {
                frame.x = x
                if !row.contains(where: frame.overlaps) { return frame }
            }
        }
        return frame
    }
}
