/// The names of fields that somebody may have meant who wrote another one.
package struct NearNames {
    /// Longest name that is compared letter by letter, which costs the product of both lengths.
    private static let lettersMax = 64
    /// How many letters of a name there are for each mistake in it that is overlooked.
    private static let lettersPerMistake = 4
    private static let mistakesMax = 3

    private let wanted: [Unicode.Scalar]
    private let mistakesMax: Int

    package init(to name: String) {
        wanted = Self.letters(name)
        mistakesMax = wanted.count > Self.lettersMax ? 0 : min(wanted.count / Self.lettersPerMistake, Self.mistakesMax)
    }

    /// The names in their order, but the near ones first, the nearest at the front, and which that is.
    package func first(in names: [String]) -> (ordered: [String], nearest: String?) {
        var near: [(index: Int, mistakes: Int)] = []
        for (index, name) in names.enumerated() {
            if let mistakes = mistakes(in: name) { near.append((index, mistakes)) }
        }
        near.sort { ($0.mistakes, $0.index) < ($1.mistakes, $1.index) }
        let indices = Set(near.map(\.index))
        let others = names.indices.filter { !indices.contains($0) }
        let ordered = (near.map(\.index) + others).map { names[$0] }
        return (ordered, near.isEmpty ? nil : ordered[0])
    }

    /// What is left of a name without its case and the signs that join words: customer_email is customerEmail.
    private static func letters(_ name: String) -> [Unicode.Scalar] {
        name.lowercased().unicodeScalars.filter { ![" ", "-", ".", "_"].contains($0) }
    }

    /// How many letters are wrong, missing, too many or swapped with the next; nil when that is too many.
    private func mistakes(in name: String) -> Int? {
        let other = Self.letters(name)
        if other == wanted { return wanted.isEmpty ? nil : 0 }
        guard abs(other.count - wanted.count) <= mistakesMax, mistakesMax > 0 else { return nil }
        // Each row holds the mistakes between one more letter of the wanted name and every beginning of the other.
        var before: [Int] = []
        var above = Array(0...other.count)
        for row in wanted.indices {
            var current = [row + 1]
            for column in other.indices {
                let isSame = wanted[row] == other[column]
                var least = min(above[column] + (isSame ? 0 : 1), above[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, wanted[row] == other[column - 1], wanted[row - 1] == other[column] {
                    least = min(least, before[column - 1] + 1)
                }
                current.append(least)
            }
            (before, above) = (above, current)
        }
        return above[other.count] <= mistakesMax ? above[other.count] : nil
    }
}
