import Clocks
import Foundation
import Functions
import Testing

@Suite struct LogReaderTests {
    /// A log in a folder of its own, on a clock that the test moves.
    private final class OpenLog {
        let time = ManualTime(start: Timestamp(seconds: 1_000))
        let path: String
        private let folder: URL
        private let bytesMax: Int
        private(set) var file: LogFile?

        init(bytesMax: Int = LogFile.bytesMax) throws {
            folder = FileManager.default.temporaryDirectory.appendingPathComponent("sluice-log-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            path = folder.appendingPathComponent("f.log").path
            self.bytesMax = bytesMax
            try reopen()
        }

        deinit { try? FileManager.default.removeItem(at: folder) }

        func reopen() throws { file = try LogFile(path: path, bytesMax: bytesMax, time: time) }

        func write(_ lines: String..., after seconds: Int = 0) {
            time.set(by: .seconds(seconds))
            for line in lines { file?.append(line) }
        }
    }

    private static func texts(_ page: LogReader.Page) -> [String] { page.lines.map(\.text) }

    @Test func aReaderFollowsThroughRollOverAndRestart() throws {
        let log = try OpenLog(bytesMax: 12)
        let reader = LogReader(path: log.path)
        #expect(reader.page(after: nil) == LogReader.Page())
        log.write("one", "two")
        var page = reader.page(after: nil)
        #expect(Self.texts(page) == ["one", "two"])
        for line in ["three", "four", "five"] { log.write(line, after: 1) }
        // The file with the first three has been put aside by now.
        page = reader.page(after: page.next)
        #expect(Self.texts(page) == ["three", "four", "five"])
        #expect(!page.hasGap)
        try log.reopen()
        page = reader.page(after: page.next)
        #expect(page.lines.isEmpty)
        log.write("six")
        page = reader.page(after: page.next)
        #expect(Self.texts(page) == ["six"])
        // Put aside twice: what the reader's file held behind its place is gone, and that is said.
        for line in ["seven is long", "eight is long", "nine is long", "ten"] { log.write(line, after: 1) }
        page = reader.page(after: page.next)
        #expect(page.hasGap)
        #expect(Self.texts(page) == ["nine is long", "ten"])
        #expect(!reader.page(after: page.next).hasGap)
    }

    @Test func aLineIsShownWhenItIsWhole() throws {
        let log = try OpenLog()
        let reader = LogReader(path: log.path)
        log.write("whole")
        let handle = try #require(FileHandle(forWritingAtPath: log.path))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("ha".utf8))
        var page = reader.page(after: nil)
        #expect(Self.texts(page) == ["whole"])
        try handle.write(contentsOf: Data("lf\n\n".utf8))
        page = reader.page(after: page.next)
        #expect(Self.texts(page) == ["half", ""])
    }

    @Test func aLongLogComesInPages() throws {
        let log = try OpenLog()
        let reader = LogReader(path: log.path, pageBytesMax: 100)
        for number in 0..<100 { log.write("line \(number)") }
        var lines: [String] = []
        var page = reader.page(after: nil)
        var count = 1
        lines += Self.texts(page)
        while !page.isAtEnd {
            page = reader.page(after: page.next)
            lines += Self.texts(page)
            count += 1
        }
        #expect(lines == (0..<100).map { "line \($0)" })
        #expect(count >= 8)
    }

    @Test func aPageHasTenThousandLinesAtMostWhateverTheirLength() throws {
        let log = try OpenLog()
        let path = log.path + "x"
        let reader = LogReader(path: path)
        func write(_ lines: Int, to path: String) throws {
            try Data(String(repeating: "\n", count: lines).utf8).write(to: URL(fileURLWithPath: path))
        }
        try write(10_001, to: path)
        var page = reader.page(after: nil)
        #expect(page.lines.count == 10_000)
        #expect(!page.isAtEnd)
        page = reader.page(after: page.next)
        #expect(page.lines.count == 1)
        #expect(page.isAtEnd)
        // Also where the older file ends with the page.
        try write(10_000, to: path + ".1")
        page = reader.page(after: nil)
        #expect(page.lines.count == 10_000)
        #expect(!page.isAtEnd)
        page = reader.page(after: page.next)
        #expect(page.lines.count == 10_000)
        #expect(!page.isAtEnd)
        page = reader.page(after: page.next)
        #expect(page.lines.count == 1)
        #expect(page.isAtEnd)
        #expect(!page.hasGap)
    }

    @Test func theLastLinesAreOfBothFilesAndLeadOn() throws {
        let log = try OpenLog(bytesMax: 12)
        let reader = LogReader(path: log.path)
        #expect(reader.last(5) == LogReader.Page())
        let lines = ["one", "two", "", "three and more", "four", "five"]
        for line in lines { log.write(line, after: 1) }
        for count in 0...7 {
            let page = reader.last(count)
            #expect(Self.texts(page) == Array(lines.suffix(count)))
            #expect(page.isAtEnd && !page.hasGap)
            #expect(reader.page(after: page.next).lines.isEmpty)
        }
        #expect(reader.last(1).lines.first?.time == Timestamp(seconds: 1_006))
        // A line that is still being written comes when it is whole.
        let handle = try #require(FileHandle(forWritingAtPath: log.path))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("ha".utf8))
        let page = reader.last(2)
        #expect(Self.texts(page) == ["four", "five"])
        try handle.write(contentsOf: Data("lf\n".utf8))
        #expect(Self.texts(reader.page(after: page.next)) == ["half"])
    }

    /// Eight pages' bytes, here 80, are eight lines of these.
    @Test func theLastLinesAreBoundedInBytesWhichIsSaid() throws {
        let log = try OpenLog()
        let reader = LogReader(path: log.path, pageBytesMax: 10)
        let lines = (10..<30).map { "line \($0)xx" }
        for line in lines { log.write(line) }
        #expect(Self.texts(reader.last(20)) == Array(lines.suffix(8)))
        #expect(reader.last(20).hasGap)
        #expect(reader.last(9).hasGap)
        #expect(Self.texts(reader.last(8)) == Array(lines.suffix(8)))
        #expect(!reader.last(8).hasGap)
        // Lines that do not hold the text count for nothing.
        #expect(reader.last(20, filter: "2").lines.count == 8)
        #expect(reader.last(20, filter: "2").hasGap)
        #expect(Self.texts(reader.last(20, filter: "1xx")) == ["line 11xx", "line 21xx"])
        #expect(!reader.last(20, filter: "1xx").hasGap)
        // One is shown whatever its length.
        let long = String(repeating: "x", count: 100)
        log.write(long)
        #expect(Self.texts(reader.last(2)) == [long])
        #expect(reader.last(2).hasGap)
        #expect(!reader.last(1).hasGap)
    }

    @Test func linesKnowTheirSecond() throws {
        let log = try OpenLog(bytesMax: 20)
        let reader = LogReader(path: log.path)
        log.write("a", "b")
        log.write("c", after: 5)
        try log.reopen()
        log.write("d, which fills the file", after: 5)
        log.write("e", after: 5)
        let page = reader.page(after: nil)
        #expect(Self.texts(page) == ["a", "b", "c", "d, which fills the file", "e"])
        #expect(page.lines.map(\.time) == [1_000, 1_000, 1_005, 1_010, 1_015].map { Timestamp(seconds: $0) })
        func since(_ second: Int64) -> [String] {
            reader.position(since: Timestamp(seconds: second)).map { Self.texts(reader.page(after: $0)) } ?? []
        }
        #expect(since(0).count == 5)
        #expect(since(1_001) == ["c", "d, which fills the file", "e"])
        #expect(since(1_010) == ["d, which fills the file", "e"])
        #expect(since(1_015) == ["e"])
        #expect(since(1_016) == [])
    }

    @Test func theLastLinesAreFoundWithATextAndSinceATime() throws {
        let log = try OpenLog()
        let reader = LogReader(path: log.path)
        for number in 0..<10 { log.write("\(number.isMultiple(of: 2) ? "even" : "odd") \(number)", after: 2) }
        #expect(Self.texts(reader.last(3)) == ["odd 7", "even 8", "odd 9"])
        #expect(Self.texts(reader.last(2, filter: "even")) == ["even 6", "even 8"])
        #expect(Self.texts(reader.last(5, since: Timestamp(seconds: 1_018))) == ["even 8", "odd 9"])
        #expect(Self.texts(reader.last(5, since: Timestamp(seconds: 2_000))) == [])
        #expect(Self.texts(reader.page(after: reader.last(1).next)) == [])
    }

    private static let damagedMarks: [[UInt8]] = [
        Array(repeating: 0xFF, count: 16),
        Array(repeating: 0, count: 16),
        // The greatest number of milliseconds.
        Array(repeating: 0, count: 8) + [0x7F] + Array(repeating: 0xFF, count: 7),
    ]

    @Test(arguments: damagedMarks)
    func aDamagedMarkIsPassedOver(_ damagedMark: [UInt8]) throws {
        let log = try OpenLog()
        let reader = LogReader(path: log.path)
        let lines = (0..<6).map { "line \($0)" }
        for line in lines { log.write(line, after: 10) }
        func time(_ line: Int) -> Timestamp { Timestamp(seconds: 1_010 + 10 * Int64(line)) }
        let times = URL(fileURLWithPath: log.path + ".times")
        let whole = try Data(contentsOf: times)
        #expect(whole.count == 6 * 16)
        for damaged in 0..<6 {
            var marks = whole
            marks.replaceSubrange(damaged * 16..<damaged * 16 + 16, with: damagedMark)
            try marks.write(to: times)
            let page = reader.page(after: nil)
            #expect(Self.texts(page) == lines)
            for (line, shown) in page.lines.enumerated() {
                // That of the mark before, if there is one.
                let marked = line == damaged ? line - 1 : line
                #expect(shown.time == (marked < 0 ? nil : time(marked)))
            }
            #expect(Self.texts(reader.last(2)) == Array(lines.suffix(2)))
            #expect(reader.beginning == time(damaged == 0 ? 1 : 0))
            for line in 0..<6 where line != damaged {
                let place = reader.position(since: time(line))
                // What stands in front of the first mark has its time.
                let first = damaged == 0 && line == 1 ? 0 : line
                #expect(Self.texts(reader.page(after: place)) == Array(lines[first...]))
            }
        }
    }

    @Test(arguments: damagedMarks)
    func aLogWhoseMarksAreAllDamagedIsRead(_ damagedMark: [UInt8]) throws {
        let log = try OpenLog()
        let reader = LogReader(path: log.path)
        log.write("one", "two")
        // More than a look passes over.
        let marks = Data((0..<1_000).flatMap { _ in damagedMark })
        try marks.write(to: URL(fileURLWithPath: log.path + ".times"))
        let page = reader.page(after: nil)
        #expect(page.lines == [.init(time: nil, text: "one"), .init(time: nil, text: "two")])
        #expect(reader.last(2).lines == page.lines)
        #expect(reader.last(2, since: Timestamp(seconds: 0)).lines.isEmpty)
        #expect(reader.beginning != nil)
        #expect(reader.position(since: Timestamp(seconds: 0)) == nil)
    }

    /// Its folder is elsewhere when the file is put aside, and comes back.
    @Test func aLogThatCouldNotBeOpenedIsOpenedWithALaterLine() throws {
        let log = try OpenLog(bytesMax: 3)
        let reader = LogReader(path: log.path)
        let folder = (log.path as NSString).deletingLastPathComponent
        log.write("full")
        try FileManager.default.moveItem(atPath: folder, toPath: folder + "-elsewhere")
        log.write("lost", "lost, too")
        try FileManager.default.moveItem(atPath: folder + "-elsewhere", toPath: folder)
        log.write("back", after: 1)
        #expect(Self.texts(reader.page(after: nil)) == ["full", "back"])
        log.write("in the next file", after: 1)
        let page = reader.page(after: nil)
        #expect(Self.texts(page) == ["full", "back", "in the next file"])
        #expect(page.lines.map(\.time) == [1_000, 1_001, 1_002].map { Timestamp(seconds: $0) })
    }

    @Test func aLogWithoutTimesIsRead() throws {
        let log = try OpenLog()
        let file = try LogFile(path: log.path + "x")
        file.append("untimed")
        let page = LogReader(path: log.path + "x").page(after: nil)
        #expect(page.lines == [.init(time: nil, text: "untimed")])
    }
}
