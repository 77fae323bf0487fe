import Foundation
import Synchronization

/// Talk to the user goes to standard error; results go to standard output.
enum Terminal {
    static func write(_ text: String) {
        clearLine()
        _ = write(shown(text, on: STDERR_FILENO), to: STDERR_FILENO)
    }

    /// What a terminal gets of a text; files and programs get all of it.
    private static func shown(_ text: String, on descriptor: Int32) -> String {
        isatty(descriptor) == 1 ? TerminalText.harmless(text) : text
    }

    /// A result for standard output, at once, also when a program reads it through a pipe. A result that cannot be
    /// written, on a full disk for example, ends the program with exit code 2.
    static func print(_ text: String) {
        clearLine()
        guard let code = write(shown(text, on: STDOUT_FILENO) + "\n", to: STDOUT_FILENO), code != EPIPE else { return }
        error("Standard output cannot be written: \(String(cString: strerror(code))); write it elsewhere.")
        exit(2)
    }

    /// An error, each line marked as ours.
    static func error(_ message: String) {
        for line in message.split(separator: "\n") { write("sluice: \(line)\n") }
    }

    /// Writes everything, or stops with the system's error, such as `EPIPE` where nobody reads any more
    /// (`sluice ... | head`).
    private static func write(_ text: String, to descriptor: Int32) -> Int32? {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return errno }
            rest = rest.dropFirst(count)
        }
        return nil
    }

    /// Whether somebody watches standard error.
    static var isInteractive: Bool { isatty(STDERR_FILENO) == 1 && isCapable }

    /// Whether the terminal can do more than print line after line.
    static var isCapable: Bool { ProcessInfo.processInfo.environment["TERM"] != "dumb" }

    /// Whether the user wants colours.
    static var isColoured: Bool { ProcessInfo.processInfo.environment["NO_COLOR"]?.isEmpty ?? true }

    /// Something for the terminal itself, such as a picture.
    static func show(_ text: String) { _ = write(text, to: STDOUT_FILENO) }

    // MARK: A line that changes

    private static let hasLine = Mutex(false)

    /// Shows a line in place of the last one, until anything else is written. Shows nothing when nobody watches.
    static func showLine(_ text: String) {
        guard isInteractive else { return }
        hasLine.withLock { hasLine in
            hasLine = true
            _ = write(
                "\r\u{1B}[2K\(TextLine(text).shown(width: size.columns - 1, isColoured: false))", to: STDERR_FILENO)
        }
    }

    static func clearLine() {
        hasLine.withLock { hasLine in
            if hasLine { _ = write("\r\u{1B}[2K", to: STDERR_FILENO) }
            hasLine = false
        }
    }

    static var size: (rows: Int, columns: Int) {
        var size = winsize()
        for descriptor in [STDOUT_FILENO, STDERR_FILENO]
        where ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_row > 1 && size.ws_col > 1 {
            return (Int(size.ws_row), Int(size.ws_col))
        }
        return (24, 80)
    }

    /// Prints a value as one line of JSON on standard output.
    static func printJSONLine(_ value: some Encodable) throws { print(try jsonLine(value)) }

    fileprivate static func jsonLine(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// Prints a value as one JSON object on standard output.
    static func printJSON(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        print(String(decoding: try encoder.encode(value), as: UTF8.self))
    }
}

/// Values as one JSON array, a line each, as they come: none is held but the last.
struct JSONList {
    /// Waits until it is known whether a comma follows.
    private var last: String?

    /// The lines that more values bring.
    mutating func lines(_ values: [some Encodable]) throws -> [String] {
        try values.map { value in
            let line = last.map { "  \($0)," } ?? "["
            last = try Terminal.jsonLine(value)
            return line
        }
    }

    var isEmpty: Bool { last == nil }

    var end: String { last.map { "  \($0)\n]" } ?? "[]" }
}

/// A line that shows how far a long job is. Draws nothing when nobody watches.
struct ProgressBar {
    private static let width = 30
    /// Shortest time between two pictures.
    private static let interval = Duration.milliseconds(100)

    private let label: String
    private var lastShown: ContinuousClock.Instant?

    init(_ label: String) { self.label = label }

    /// Draws the bar, unless it was drawn a moment ago; only then `state` is asked.
    mutating func show(_ state: () -> (done: Int, total: Int, detail: String)) {
        let now = ContinuousClock.now
        guard Terminal.isInteractive, lastShown.map({ now - $0 >= Self.interval }) ?? true else { return }
        lastShown = now
        let (done, total, detail) = state()
        let filled = total == 0 ? Self.width : Self.width * min(done, total) / total
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: Self.width - filled)
        let percent = total == 0 ? 100 : 100 * done / total
        Terminal.showLine("\(label) [\(bar)] \(percent) %  \(detail)")
    }

    func clear() { Terminal.clearLine() }
}

/// Numbers as people read them.
enum Figures {
    /// 97310 as "97,310".
    static func count(_ value: Int) -> String {
        let digits = String(value.magnitude)
        var grouped = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { grouped += "," }
            grouped.append(digit)
        }
        return value < 0 ? "-" + grouped : grouped
    }

    static func share(_ part: Int, of whole: Int) -> String {
        whole == 0 ? "0.0 %" : String(format: "%.1f %%", 100 * Double(part) / Double(whole))
    }

    static func milliseconds(_ value: Double) -> String {
        value >= 100 ? String(format: "%.0f ms", value) : String(format: "%.1f ms", value)
    }
}
