/// Whose write it is: each waits in a line of its own, in the order of arrival.
public enum WriterLine: Hashable, Sendable {
    /// The engine itself: checkpoints, metrics, logs, what it builds, trims and expires, and all changes of the catalog.
    case engine
    /// Writes of a table's items, by its number.
    case table(UInt32)
    /// Writes of a queue's messages, by its number.
    case queue(UInt32)
}

/// The jobs that wait for the writer. The lines take turns, so that nobody waits behind all that another has lined up. A value: no
/// input, no output.
struct WriterLines {
    /// Most that may wait, but for a line that has less than its share of them.
    let waitingMax: Int
    private var count = 0
    private var lines: [WriterLine: [WriterJob]] = [:]
    /// The lines where something waits; the first one's turn is next.
    private var turns: [WriterLine] = []

    init(waitingMax: Int) { self.waitingMax = waitingMax }

    var isEmpty: Bool { count == 0 }

    /// Whether one more may wait in a line: while there is room at all, and then up to an equal share for each line. So a line that is
    /// full keeps nobody else out, and n lines that fill up one after the other hold ``waitingMax`` times 1 + 1/2 + … + 1/n:
    /// 2.9 times for ten of them, 5.2 times for a hundred.
    func hasRoom(in line: WriterLine) -> Bool {
        guard count >= waitingMax, let jobs = lines[line] else { return true }
        return jobs.count < waitingMax / turns.count
    }

    mutating func append(_ job: WriterJob, to line: WriterLine) {
        if lines[line] == nil { turns.append(line) }
        lines[line, default: []].append(job)
        count += 1
    }

    /// Takes out up to `max` jobs, one of each line in turn.
    mutating func next(max: Int) -> [WriterJob] {
        if turns.count == 1, count <= max, let jobs = lines.removeValue(forKey: turns.removeFirst()) {
            count = 0
            return jobs
        }
        var group: [WriterJob] = []
        let size = min(max, count)
        group.reserveCapacity(size)
        var taken = [Int](repeating: 0, count: turns.count)
        var place = 0
        while group.count < size {
            if let jobs = lines[turns[place]], taken[place] < jobs.count {
                group.append(jobs[taken[place]])
                taken[place] += 1
            }
            place = (place + 1) % turns.count
        }
        for (line, taken) in zip(turns, taken) {
            lines[line]?.removeFirst(taken)
            if lines[line]?.isEmpty == true { lines[line] = nil }
        }
        turns = (turns[place...] + turns[..<place]).filter { lines[$0] != nil }
        count -= size
        return group
    }
}
