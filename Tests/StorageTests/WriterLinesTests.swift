import Testing

@testable import Storage

/// Who waits for the writer, and whose turn it is.
@Suite struct WriterLinesTests {
    /// Jobs by what they are called.
    private struct Jobs {
        var lines: WriterLines
        private var names: [ObjectIdentifier: String] = [:]
        private var kept: [WriterJob] = []

        init(waitingMax: Int) { lines = WriterLines(waitingMax: waitingMax) }

        mutating func append(_ name: String, to line: WriterLine) {
            let job = WriterJob(.synced)
            names[ObjectIdentifier(job)] = name
            kept.append(job)
            lines.append(job, to: line)
        }

        mutating func next(max: Int) -> [String] { lines.next(max: max).map { names[ObjectIdentifier($0)] ?? "?" } }
    }

    @Test func oneLineKeepsItsOrder() {
        var jobs = Jobs(waitingMax: 10)
        for number in 1...5 { jobs.append("\(number)", to: .engine) }
        #expect(jobs.next(max: 2) == ["1", "2"])
        jobs.append("6", to: .engine)
        #expect(jobs.next(max: 10) == ["3", "4", "5", "6"])
        #expect(jobs.lines.isEmpty)
        #expect(jobs.next(max: 10) == [])
    }

    @Test func linesTakeTurnsAndKeepTheirOrder() {
        var jobs = Jobs(waitingMax: 100)
        for number in 1...6 { jobs.append("a\(number)", to: .table(1)) }
        for number in 1...2 { jobs.append("b\(number)", to: .table(2)) }
        jobs.append("c1", to: .queue(1))
        #expect(jobs.next(max: 2) == ["a1", "b1"])
        // Where the last group ended the next one begins.
        #expect(jobs.next(max: 3) == ["c1", "a2", "b2"])
        jobs.append("b3", to: .table(2))
        #expect(jobs.next(max: 100) == ["a3", "b3", "a4", "a5", "a6"])
        #expect(jobs.lines.isEmpty)
    }

    @Test func linesThatFillUpOneAfterTheOtherHoldEverLess() {
        var jobs = Jobs(waitingMax: 12)
        var held: [Int] = []
        for number in 1...5 {
            held.append(0)
            while jobs.lines.hasRoom(in: .queue(UInt32(number))) {
                jobs.append("", to: .queue(UInt32(number)))
                held[number - 1] += 1
            }
        }
        #expect(held == [12, 6, 4, 3, 2])
        // None of those before has room again.
        for number in 1...5 { #expect(!jobs.lines.hasRoom(in: .queue(UInt32(number)))) }
    }

    @Test func whenAllRoomIsTakenEachLineHasItsShare() {
        var jobs = Jobs(waitingMax: 8)
        for number in 1...8 {
            #expect(jobs.lines.hasRoom(in: .table(1)))
            jobs.append("a\(number)", to: .table(1))
        }
        #expect(!jobs.lines.hasRoom(in: .table(1)))
        for number in 1...4 {
            #expect(jobs.lines.hasRoom(in: .table(2)))
            jobs.append("b\(number)", to: .table(2))
        }
        #expect(!jobs.lines.hasRoom(in: .table(2)))
        #expect(!jobs.lines.hasRoom(in: .table(1)))
        // A third one's share is 8 / 3, and its coming makes the others' smaller.
        for number in 1...2 {
            #expect(jobs.lines.hasRoom(in: .engine))
            jobs.append("c\(number)", to: .engine)
        }
        #expect(!jobs.lines.hasRoom(in: .engine))
        _ = jobs.next(max: 7)
        #expect(jobs.lines.hasRoom(in: .table(1)))
    }
}
