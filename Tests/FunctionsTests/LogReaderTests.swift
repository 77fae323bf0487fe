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

    @Test func aLogWithoutTimesIsRead() throws {
        let log = try OpenLog()
        let file = try LogFile(path: log.path + "x")
        file.append("untimed")
        let page = LogReader(path: log.path + "x").page(after: nil)
        #expect(page.lines == [.init(time: nil, text: "untimed")])
    }
}
