/// Strings by their UTF-8 bytes.
///
/// Swift compares strings by Unicode equivalence: "é" in one scalar equals "é" in two. DynamoDB does not, and two
/// items that differ in such bytes are two items. Names and values are therefore never compared with `==` or `<`.
enum UTF8Order {
    static func areEqual(_ left: String, _ right: String) -> Bool {
        withBytes(left, right) { left, right in
            guard left.count == right.count else { return false }
            for index in 0..<left.count where left[index] != right[index] { return false }
            return true
        } ?? left.utf8.elementsEqual(right.utf8)
    }

    static func precedes(_ left: String, _ right: String) -> Bool {
        withBytes(left, right) { left, right in
            let count = min(left.count, right.count)
            for index in 0..<count where left[index] != right[index] { return left[index] < right[index] }
            return left.count < right.count
        } ?? left.utf8.lexicographicallyPrecedes(right.utf8)
    }

    /// Native strings are contiguous; only a string bridged on macOS takes the slow way.
    @inline(__always)
    private static func withBytes(
        _ left: String, _ right: String,
        _ body: (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>) -> Bool
    ) -> Bool? {
        left.utf8.withContiguousStorageIfAvailable { left in
            right.utf8.withContiguousStorageIfAvailable { right in body(left, right) }
        } ?? nil
    }
}
