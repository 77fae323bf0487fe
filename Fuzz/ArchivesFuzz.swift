// Seeds: Fuzz/Seeds/archives

import Foundation
import Functions
@testable import Gateway

/// Zips of functions and gzipped bodies: what they hold is unpacked below the folder given and nowhere else, and never more than
/// the limit.
///
/// The input is gzip by its first byte, or a zip.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let input = FuzzInput(start, count) else { return 0 }
    if input.flags == UInt8(ascii: "g") {
        if let plain = GzipReader.read(input.rest, bytesMax: 1_000), plain.count > 1_000 {
            finding("more than the limit")
        }
        return 0
    }
    let manager = FileManager.default
    let outer = "/dev/shm/sluice-fuzz-\(getpid())"
    try? manager.removeItem(atPath: outer)
    do { try manager.createDirectory(atPath: outer, withIntermediateDirectories: true) } catch {
        fatalError("\(error)")
    }
    defer { try? manager.removeItem(atPath: outer) }
    try? CodeArchive.unpack(input.rest, named: "z", into: outer + "/in")
    let found = (try? manager.contentsOfDirectory(atPath: outer)) ?? []
    if found != ["in"] { finding("unpacked beside the folder: \(found)") }
    return 0
}
