import Clocks
import Foundation
import Functions
import Testing

/// Lines in both directions, with their times.
@Suite final class LogVisitTests {
    private let time = ManualTime(start: Timestamp(milliseconds: 1_000_000))
    private let folder: URL
    private let path: String

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("sluice-visit-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.appendingPathComponent("f.log").path
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private typealias Seen = (place: LogReader.Position, time: Int64, text: String)

    private func visit(_ start: LogReader.Start, backwards: Bool = false, limit: Int = .max) throws -> [Seen] {
        var seen: [Seen] = []
        try LogReader(path: path).visit(from: start, backwards: backwards) { place, time, line in
            seen.append((place, time.milliseconds, String(decoding: line, as: UTF8.self)))
            return seen.count < limit
        }
        return seen
    }

    private func at(_ milliseconds: Int64) -> LogReader.Start { .time(Timestamp(milliseconds: milliseconds)) }

    /// Three lines in the older file, three in the newer one, five milliseconds apart.
    private func write() throws {
        let log = try LogFile(path: path, bytesMax: 12, time: time)
        for line in ["one", "", "three", "four", "five", "six"] {
            log.append(line)
            if line == "three" { log.append("last of file") }
            time.advance(by: .milliseconds(5))
        }
    }

    @Test func linesHaveTheirMilliseconds() throws {
        try write()
        let lines = try visit(at(0))
        #expect(lines.map(\.text).suffix(6) == ["", "three", "last of file", "four", "five", "six"].suffix(6))
        #expect(lines.last?.time == 1_000_025)
        #expect(lines.map(\.time) == lines.map(\.time).sorted())
        #expect(try visit(at(1_000_016)).map(\.text) == ["five", "six"])
        #expect(try visit(at(1_000_015)).map(\.text) == ["four", "five", "six"])
        #expect(try visit(at(1_000_015), backwards: true, limit: 1).map(\.text) == ["last of file"])
        #expect(try visit(at(9_000_000)).isEmpty)
    }

    @Test func bothDirectionsAgreeFromEachLine() throws {
        try write()
        let lines = try visit(at(0))
        #expect(try visit(at(.max / 1_000), backwards: true).map(\.text) == lines.map(\.text).reversed())
        for (index, line) in lines.enumerated() {
            for isIncluded in [true, false] {
                let next = try visit(.line(line.place, isIncluded: isIncluded))
                #expect(next.map(\.text) == lines[(isIncluded ? index : index + 1)...].map(\.text))
                let before = try visit(.line(line.place, isIncluded: isIncluded), backwards: true)
                #expect(before.map(\.text) == lines[..<(isIncluded ? index + 1 : index)].map(\.text).reversed())
            }
        }
        let gone = LogReader.Position(file: 7, offset: 0)
        #expect(try visit(.line(gone, isIncluded: false)).count == lines.count)
        #expect(try visit(.line(gone, isIncluded: false), backwards: true).isEmpty)
    }

    /// What a visit has begun with is followed by all that stands behind it, in the same file and in the newer one.
    @Test func linesBehindAClockThatWasSetBackFollow() throws {
        let log = try LogFile(path: path, bytesMax: 30, time: time)
        let written: [(String, Int64)] = [
            ("first", 1_000_000), ("second", 1_005_000), ("third", 1_006_000), ("set back", 970_000),
            ("fourth", 1_010_000), ("in the newer file", 980_000),
        ]
        for (line, milliseconds) in written {
            time.set(by: Timestamp(milliseconds: milliseconds) - time.now())
            log.append(line)
        }
        let all = written.map(\.0)
        #expect(try visit(at(1_000_000)).map(\.text) == all)
        #expect(try visit(at(1_005_000)).map(\.text) == Array(all.dropFirst()))
        #expect(try visit(at(1_010_000)).map(\.text) == Array(all.suffix(2)))
        #expect(try visit(at(1_010_001)).isEmpty)
    }

    @Test func longLinesAreFoundBackwards() throws {
        let log = try LogFile(path: path, time: time)
        let long = String(repeating: "x", count: 1_000_000)
        for line in ["a", long, "b"] { log.append(line) }
        #expect(try visit(at(.max / 1_000), backwards: true).map(\.text) == ["b", long, "a"])
    }

    /// As a log of before has them: a mark a second, or none at all.
    @Test func logsOfBeforeAreRead() throws {
        try Data("a\nb\nc\nd\n".utf8).write(to: URL(fileURLWithPath: path))
        #expect(try visit(at(0)).map(\.text) == ["a", "b", "c", "d"])
        let modified = try #require(try visit(at(0)).first?.time)
        #expect(abs(modified - Int64(Date().timeIntervalSince1970 * 1_000)) < 60_000)
        var marks = Data()
        for (offset, time) in [(0, 5_000), (4, 6_000)] as [(UInt64, UInt64)] {
            for number in [offset, time] { withUnsafeBytes(of: number.bigEndian) { marks.append(contentsOf: $0) } }
        }
        try marks.write(to: URL(fileURLWithPath: path + ".times"))
        #expect(try visit(at(0)).map(\.time) == [5_000, 5_000, 6_000, 6_000])
        #expect(try visit(at(5_500)).map(\.text) == ["c", "d"])
        #expect(try visit(at(6_000), backwards: true).map(\.text) == ["b", "a"])
    }
}
