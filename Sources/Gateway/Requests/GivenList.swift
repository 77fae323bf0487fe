/// A list of a request as it came: its first elements, and how many there are.
///
/// A body has room for millions, and an element takes up to a hundred times its bytes. Those beyond are read all the
/// same, so that what is no JSON or of another type is told, and are not kept.
struct GivenList<Element> {
    private(set) var kept: [Element] = []
    /// Of all.
    private(set) var count = 0

    /// - Parameter isKept: whether there is room for it; once there was none, no other may be kept.
    mutating func add(_ element: Element, isKept: Bool) {
        if isKept { kept.append(element) }
        count += 1
    }

    /// Adds an element, which is kept while the list has room.
    mutating func add(_ element: Element) { add(element, isKept: count < GivenLists.keptMax) }
}

/// What lists of all elements have in common.
enum GivenLists {
    /// Most elements that are kept, and most that a message shows. Ours: ten times what the longest list may have, so
    /// that what is wrong with an element is told beside there being too many.
    static let keptMax = 1_000

    /// A list of structures as AWS prints it, each by its type; one of more than there is room for ends in dots.
    ///
    /// - Parameters:
    ///   - type: AWS's name of an element.
    ///   - count: how many elements the list has.
    ///   - most: how many are shown.
    static func shown(_ type: String, count: Int, atMost most: Int = keptMax) -> String {
        let names = Array(repeating: type, count: min(count, most)) + (count > most ? ["..."] : [])
        return "[\(names.joined(separator: ", "))]"
    }
}
