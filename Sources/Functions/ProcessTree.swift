import Foundation

/// A process and what it has started, as Linux tells it (`/proc`).
///
/// Costs a few small files for each process of the tree.
struct ProcessTree {
    /// Processes, the first one among them.
    private(set) var count = 0
    /// Resident memory of those that the first one has started, in bytes.
    private(set) var childrenBytes = 0

    /// - Parameter countMax: no more are looked at: a tree may grow quicker than it is read.
    init(_ root: Int32, countMax: Int) {
        var waiting = [root]
        while let process = waiting.popLast(), count < countMax {
            count += 1
            if process != root { childrenBytes += Self.residentBytes(process) }
            waiting += Self.children(process)
        }
    }

    private static func children(_ process: Int32) -> [Int32] {
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task")) ?? []
        return threads.flatMap { thread in
            numbers("/proc/\(process)/task/\(thread)/children").compactMap { Int32(exactly: $0) }
        }
    }

    private static func residentBytes(_ process: Int32) -> Int {
        let pages = numbers("/proc/\(process)/statm")
        return pages.count > 1 ? pages[1] * Int(getpagesize()) : 0
    }

    private static func numbers(_ path: String) -> [Int] {
        guard let text = FileManager.default.contents(atPath: path) else { return [] }
        return text.split(separator: UInt8(ascii: " ")).compactMap { Int(String(decoding: $0, as: UTF8.self)) }
    }
}
