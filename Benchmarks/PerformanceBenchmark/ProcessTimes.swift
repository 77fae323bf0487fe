import Foundation

/// Processor time of a process and of all that descend from it, in seconds.
struct ProcessTimes {
    /// Of the process alone.
    var own = 0.0
    /// Of the others, those that have ended and were waited for included.
    var descendants = 0.0

    static func - (left: Self, right: Self) -> Self {
        ProcessTimes(own: left.own - right.own, descendants: left.descendants - right.descendants)
    }

    /// User and system time of this process's children that have ended.
    static var endedChildren: Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_CHILDREN.rawValue), &usage)
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }
}

/// A process and those that descend from it, as `/proc` shows them at one moment.
struct ProcessTree {
    private struct Line {
        let parent: Int32
        let seconds: Double
        /// Of its children that have ended.
        let endedSeconds: Double
    }

    let times: ProcessTimes
    /// The descendants.
    let descendants: [Int32]

    init(_ root: Int32) {
        var lines: [Int32: Line] = [:]
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] {
            if let process = Int32(name), let line = Self.line(of: process) { lines[process] = line }
        }
        var times = ProcessTimes(own: lines[root]?.seconds ?? 0, descendants: lines[root]?.endedSeconds ?? 0)
        var (found, ahead): ([Int32], [Int32]) = ([], [root])
        while let parent = ahead.popLast() {
            for (process, line) in lines where line.parent == parent {
                times.descendants += line.seconds + line.endedSeconds
                found.append(process)
                ahead.append(process)
            }
        }
        (self.times, descendants) = (times, found)
    }

    /// Nil when the process is gone.
    private static func line(of process: Int32) -> Line? {
        // The name before the last ")" may hold spaces.
        guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            let end = text.lastIndex(of: ")")
        else { return nil }
        let fields = text[end...].split(separator: " ")
        guard fields.count > 15, let parent = Int32(fields[2]) else { return nil }
        let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
        func seconds(_ first: Int) -> Double {
            ((Double(fields[first]) ?? 0) + (Double(fields[first + 1]) ?? 0)) / ticks
        }
        return Line(parent: parent, seconds: seconds(12), endedSeconds: seconds(14))
    }
}
