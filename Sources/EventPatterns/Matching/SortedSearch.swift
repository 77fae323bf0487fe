/// Binary search in sorted lists.
enum SortedSearch {
    /// The first index for which a condition, true up to some index and false from there, is false.
    static func lowerBound(_ count: Int, _ isBefore: (Int) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if isBefore(middle) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
