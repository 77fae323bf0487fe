/// A page of prose with places for figures: what stands between a section's marks is written anew, all else stays.
///
///     <!-- figures: pipes -->
///     ...
///     <!-- end of figures -->
package struct Page: Equatable, Sendable {
    package private(set) var text: String

    private static let end = "<!-- end of figures -->"

    package init(_ text: String) { self.text = text }

    /// Puts a section's figures between its marks, with an empty line above and below.
    ///
    /// - Throws: ``PageError`` when a mark is missing or there twice.
    package mutating func replace(_ section: String, with figures: String) throws(PageError) {
        let place = try place(section)
        let trimmed = figures.trimmed
        text.replaceSubrange(place, with: trimmed.isEmpty ? "\n" : "\n\n\(trimmed)\n\n")
    }

    /// Whether the page has room for a section: worth asking before an hour of measuring.
    ///
    /// - Throws: ``PageError`` when a mark is missing or there twice.
    package func check(_ section: String) throws(PageError) { _ = try place(section) }

    /// What stands between a section's marks, without the empty lines around it.
    ///
    /// - Throws: ``PageError`` when a mark is missing or there twice.
    package func figures(_ section: String) throws(PageError) -> String { String(text[try place(section)]).trimmed }

    private func place(_ section: String) throws(PageError) -> Range<String.Index> {
        let mark = "<!-- figures: \(section) -->"
        let starts = text.ranges(of: mark)
        guard let start = starts.first else {
            throw PageError("The page has no mark \(mark); put it, and \(Self.end) below it, where the figures belong.")
        }
        guard starts.count == 1 else {
            throw PageError("The page has the mark \(mark) \(starts.count) times; leave it where the figures belong.")
        }
        let rest = text[start.upperBound...]
        // The next section's end would swallow all that stands in between.
        guard let end = rest.firstRange(of: Self.end), rest.firstRange(of: "<!-- figures:").map({ $0 > end }) ?? true
        else {
            throw PageError("The page has no \(Self.end) below \(mark); put it where the figures end.")
        }
        return start.upperBound..<end.lowerBound
    }
}

extension Range<String.Index> {
    fileprivate static func > (left: Self, right: Self) -> Bool { left.lowerBound > right.lowerBound }
}

extension String {
    /// Without white space at both ends.
    fileprivate var trimmed: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }
}

/// A page that has no place for figures.
package struct PageError: Error, Equatable, CustomStringConvertible {
    package let description: String
    init(_ description: String) { self.description = description }
}
