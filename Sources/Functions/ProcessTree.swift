import Foundation

/// A process and what it has started, as Linux tells it (`/proc`).
///
/// Costs a few small files for each process of the tree.
struct ProcessTree {
    /// Processes and threads, the first one's among them; a process that has ended and was not waited for counts as one.
    private(set) var count = 0
    /// Resident memory of those that the first one has started, in bytes. Pages that several of them share count for each.
    private(set) var childrenBytes = 0
    /// Those whose shares ``sharedOnceBytes`` asks for, and the resident memory of the others.
    private var first: [Int32] = []
    private var restBytes = 0

    /// Most processes whose shares are asked for: the kernel goes through all of a process's pages for it.
    private static let sharersMax = 64

    /// - Parameter countMax: no more are looked at: a tree may grow quicker than it is read.
    init(_ root: Int32, countMax: Int) {
        var waiting = [root]
        while let process = waiting.popLast(), count < countMax {
            let threads = Self.threads(process)
            count += max(1, threads.count)
            let bytes = Self.residentBytes(process)
            if process != root { childrenBytes += bytes }
            if first.count < Self.sharersMax { first.append(process) } else { restBytes += bytes }
            waiting += threads.flatMap { Self.children(process, thread: $0) }
        }
    }

    /// Resident memory of all in bytes, with a page that several of them share counted once: what a process that forks has not
    /// written to since. Beyond 64 processes, and for one that does not tell its share, shared pages count for each: never too
    /// little. Costs the kernel about a millisecond for each of the 64.
    var sharedOnceBytes: Int {
        first.reduce(restBytes) { sum, process in
            let share = KernelFile.bytes("/proc/\(process)/smaps_rollup").split(separator: UInt8(ascii: "\n")).first {
                $0.starts(with: "Pss:".utf8)
            }
            let digits = share?.drop { !(48...57).contains($0) }.prefix { (48...57).contains($0) }
            guard let kilobytes = digits.flatMap({ Int(String(decoding: $0, as: UTF8.self)) }) else {
                return sum + Self.residentBytes(process)
            }
            return sum + kilobytes << 10
        }
    }

    private static func threads(_ process: Int32) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task")) ?? []
    }

    private static func children(_ process: Int32, thread: String) -> [Int32] {
        numbers("/proc/\(process)/task/\(thread)/children").compactMap { Int32(exactly: $0) }
    }

    private static func residentBytes(_ process: Int32) -> Int {
        let pages = numbers("/proc/\(process)/statm")
        return pages.count > 1 ? pages[1] * Int(getpagesize()) : 0
    }

    private static func numbers(_ path: String) -> [Int] {
        KernelFile.bytes(path).split(separator: UInt8(ascii: " ")).compactMap {
            Int(String(decoding: $0, as: UTF8.self))
        }
    }
}
