/// Finds the name that somebody probably meant.
package enum Spelling {
    /// `" (did you mean X?)"` for the nearest of the names, or nothing when none is near.
    package static func suggestion(for name: String, among names: some Sequence<String>) -> String {
        nearest(to: name, among: names).map { " (did you mean \($0)?)" } ?? ""
    }

    /// The name with the fewest changed letters, when that is at most a third of them. Letter case does not count.
    static func nearest(to name: String, among names: some Sequence<String>) -> String? {
        let limit = max(1, (name.count + 1) / 3)
        return
            names
            .map { (name: $0, distance: distance(name.lowercased(), $0.lowercased())) }
            .filter { $0.distance <= limit }
            .min { ($0.distance, $0.name) < ($1.distance, $1.name) }?
            .name
    }

    /// Edits from one to the other: a character inserted, deleted or changed, or two neighbours swapped.
    static func distance(_ left: String, _ right: String) -> Int {
        let left = Array(left)
        let right = Array(right)
        if left.isEmpty || right.isEmpty { return max(left.count, right.count) }
        var before: [Int] = []
        var row = Array(0...right.count)
        for i in 1...left.count {
            var next = [i]
            for j in 1...right.count {
                let change = row[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1)
                var fewest = min(change, row[j] + 1, next[j - 1] + 1)
                if i > 1, j > 1, left[i - 1] == right[j - 2], left[i - 2] == right[j - 1] {
                    fewest = min(fewest, before[j - 2] + 1)
                }
                next.append(fewest)
            }
            before = row
            row = next
        }
        return row[right.count]
    }
}
