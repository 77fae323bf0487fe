import Clocks
import Foundation
import Functions
import TestTraits
import Testing

/// What a function may do to its log.
@Suite struct OutputTests {
    /// The lines of a function's log after it has run these statements for one event.
    private func lines(_ statements: String) async throws -> [String] {
        let body = statements.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n")
        let test = try TestFunction(
            """
            def write(data): os.write(1, data)
            def handle(event, request, headers):
            \(body)
                return 1
            serve(handle)
            """)
        return try await test.run { function in
            let result = try await function.invoke("{}")
            #expect(result.text == "1")
            return test.said.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        }
    }

    @Test func whatIsNoTextIsMadeReadable() async throws {
        let lines = try await lines(
            #"""
            write(b"nul \0 bell \a\n")
            write(b"\x1b[31mred\x1b[0m \x7f \xc2\x9b2J\n")
            write(b"no text \xff\xfe \xc3\n")
            write("tab\tand é, 💥, 漢\r\n".encode())
            write(b"\n")
            write(b"\r over\n")
            """#)
        #expect(
            lines == [
                "nul ␀ bell ␇", "␛[31mred␛[0m ␡ \u{FFFD}2J", "no text \u{FFFD}\u{FFFD} \u{FFFD}", "tab\tand é, 💥, 漢",
                "", "␍ over", "",
            ])
    }

    /// A line that never ends is cut into pieces of 256 KiB, between characters, and is in the log before its end comes.
    @Test func aLineWithoutAnEndIsCut() async throws {
        let piece = 256 * 1_024
        let lines = try await lines(
            """
            write(b"x" * (1 << 20))
            write("é".encode() * (1 << 20))
            write(b"end\\n")
            """)
        #expect(lines.last == "")
        #expect(lines.dropLast().allSatisfy { $0.utf8.count <= piece })
        #expect(lines.count == 14, "three megabytes: \(lines.map(\.utf8.count))")
        let text = lines.joined()
        #expect(text == String(repeating: "x", count: 1 << 20) + String(repeating: "é", count: 1 << 20) + "end")
    }

    /// A child of the function writes without a pause; the answer does not wait for its silence.
    @Test(.slow) func aFloodHoldsUpNoAnswer() async throws {
        let test = try TestFunction(
            """
            noise = b"\\x00\\xff" * 32768
            if os.fork() == 0:
                while True: os.write(1, noise)
            def handle(event, request, headers):
                return event
            serve(handle)
            """)
        try await test.run { function in
            for n in 1...5 {
                let result = try await function.invoke("\(n)")
                #expect(result.text == "\(n)")
            }
        }
    }

    @Test func aFullLogIsPutAside() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("sluice-log-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("x.log").path
        func text(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }
        do {
            let log = try LogFile(path: path, bytesMax: 10)
            for line in ["one", "two", "three", "four"] { log.append(line) }
            #expect(text(path) == "four\n")
            #expect(text(path + ".1") == "one\ntwo\nthree\n")
        }
        let again = try LogFile(path: path, bytesMax: 10)
        for line in ["five", "six", "seven"] { again.append(line) }
        #expect(text(path + ".1") == "four\nfive\nsix\n")
        #expect(text(path) == "seven\n")
    }

    @Test func aLogThatCannotBeWrittenIsNamed() {
        let error = #expect(throws: FunctionError.self) { try LogFile(path: "/nowhere/x.log") }
        #expect(error?.message.contains("/nowhere/x.log") == true)
    }
}
