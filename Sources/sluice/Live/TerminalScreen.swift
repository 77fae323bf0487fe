import Foundation

/// A terminal that shows one picture after the other in place, and gives the user's screen back at its end.
final class TerminalScreen {
    private var former: termios

    /// Takes the screen over: the picture has a page of its own, and keys are read as they are pressed. Ctrl-C is a key as well.
    ///
    /// - Returns: nil where standard input or output is no terminal.
    static func takeOver() -> TerminalScreen? {
        var former = termios()
        guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1, Terminal.isCapable,
            tcgetattr(STDIN_FILENO, &former) == 0
        else { return nil }
        return TerminalScreen(former)
    }

    private init(_ former: termios) {
        self.former = former
        var raw = former
        raw.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG)
        tcsetattr(STDIN_FILENO, TCSANOW, &raw)
        Terminal.show("\u{1B}[?1049h\u{1B}[?25l")
    }

    deinit {
        Terminal.show("\u{1B}[?25h\u{1B}[?1049l")
        tcsetattr(STDIN_FILENO, TCSANOW, &former)
    }

    /// Draws a picture over the last one. What does not fit is left out, and the last line says so.
    func draw(_ lines: [TextLine]) {
        let size = Terminal.size
        var shown = lines.prefix(size.rows).map { $0.shown(width: size.columns, isColoured: Terminal.isColoured) }
        if lines.count > size.rows {
            shown[size.rows - 1] = "\(lines.count - size.rows + 1) more lines; make the window higher"
        }
        Terminal.show("\u{1B}[H" + shown.map { $0 + "\u{1B}[K" }.joined(separator: "\r\n") + "\u{1B}[J")
    }

    /// Waits for a key, so long at most.
    ///
    /// - Returns: true when it was one that leaves: q, Escape or Ctrl-C, or the terminal is gone.
    func waitForLeaving(_ duration: Duration) async -> Bool {
        await withCheckedContinuation { continuation in
            // A thread of its own: the call blocks.
            Thread.detachNewThread {
                var descriptor = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
                let milliseconds =
                    duration.components.seconds * 1_000
                    + duration.components.attoseconds / 1_000_000_000_000_000
                var key: UInt8 = 0
                guard poll(&descriptor, 1, Int32(milliseconds)) > 0 else {
                    return continuation.resume(returning: false)
                }
                let count = read(STDIN_FILENO, &key, 1)
                continuation.resume(returning: count <= 0 || [UInt8(ascii: "q"), 3, 27].contains(key))
            }
        }
    }
}
