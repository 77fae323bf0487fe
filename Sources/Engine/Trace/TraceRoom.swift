/// What an answer has room for of things of one kind. The first has room whatever its size.
struct TraceRoom {
    private let countMax: Int
    private let bytesMax: Int
    private var count = 0
    private var sizeBytes = 0
    /// Whether something has found none: then nothing does any more.
    private(set) var isExceeded = false

    init(countMax: Int = PageLimit.max, bytesMax: Int = PageLimit.bytesMax) {
        self.countMax = countMax
        self.bytesMax = bytesMax
    }

    /// - Returns: whether there is room for one more thing, of so many bytes, which it has then.
    mutating func take(_ bytes: Int) -> Bool {
        isExceeded = isExceeded || count == countMax || count > 0 && sizeBytes + bytes > bytesMax
        guard !isExceeded else { return false }
        count += 1
        sizeBytes += bytes
        return true
    }
}
