/// What all targets share.

/// Ends the run; libFuzzer keeps the input.
func finding(_ what: String) -> Never { fatalError("found: \(what)") }

/// An input as libFuzzer hands it over.
struct FuzzInput {
    /// The first byte, of which each target makes choices.
    let flags: UInt8
    /// Texts with zero bytes between them. What is no UTF-8 is repaired in those taken as a `String`.
    private let parts: [ArraySlice<UInt8>]
    /// All behind the first byte.
    let rest: [UInt8]

    /// Nil for an empty input.
    init?(_ start: UnsafePointer<UInt8>?, _ count: Int) {
        let bytes = UnsafeBufferPointer(start: start, count: count)
        guard let first = bytes.first else { return nil }
        flags = first
        rest = Array(bytes.dropFirst())
        parts = rest.split(separator: 0, omittingEmptySubsequences: false)
    }

    var count: Int { parts.count }
    func bytes(_ index: Int) -> [UInt8] { index < parts.count ? Array(parts[index]) : [] }
    func text(_ index: Int) -> String { String(decoding: bytes(index), as: UTF8.self) }
    /// One of the eight choices of the first byte.
    func flag(_ place: Int) -> Bool { flags >> place & 1 == 1 }
}
