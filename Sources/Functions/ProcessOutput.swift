import Dispatch
import Foundation

/// The reading end of a process's stdout and stderr. Cuts it into lines for the function's log.
///
/// Unchecked: `pending` and the descriptor's reads belong to the serial queue.
final class ProcessOutput: @unchecked Sendable {
    /// Longest line; a longer one is cut into several, so that a flood without line ends stays bounded.
    static let lineBytesMax = 256 * 1_024

    private let log: FunctionLog
    private let reader: Int32
    /// The end that the process gets; closed here as soon as it is started.
    let writer: Int32
    private let queue = DispatchQueue(label: "sluice.function.output")
    private let source: any DispatchSourceRead
    private var pending: [UInt8] = []

    init(log: FunctionLog) throws {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw FunctionError(
                .system,
                "A function's output cannot be read (\(String(cString: strerror(errno)))); allow this process more open files."
            )
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
        self.log = log
        reader = ends[0]
        writer = ends[1]
        source = DispatchSource.makeReadSource(fileDescriptor: ends[0], queue: queue)
        let descriptor = ends[0]
        source.setCancelHandler { Foundation.close(descriptor) }
        source.setEventHandler { [weak self] in self?.read() }
        source.activate()
    }

    /// Returns when everything that the process has written so far is in the log. Called before an invocation's result is
    /// given back, so that a result never stands without its log lines.
    func drain() async {
        await withCheckedContinuation { continuation in
            queue.async {
                self.read()
                continuation.resume()
            }
        }
    }

    /// Takes the rest and closes the pipe.
    func close() async {
        await withCheckedContinuation { continuation in
            queue.async {
                self.read()
                if !self.pending.isEmpty { self.emit(self.pending[...]) }
                self.pending = []
                self.source.cancel()
                continuation.resume()
            }
        }
    }

    private func read() {
        guard !source.isCancelled else { return }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Foundation.read(reader, &buffer, buffer.count)
            guard count > 0 else {
                // 0: all writers are gone. A source on such a pipe would fire for ever.
                if count == 0 { source.cancel() }
                return
            }
            take(buffer[..<count])
        }
    }

    private func take(_ bytes: ArraySlice<UInt8>) {
        var rest = bytes
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            if pending.isEmpty {
                emit(rest[..<end])
            } else {
                pending.append(contentsOf: rest[..<end])
                emit(pending[...])
                pending.removeAll(keepingCapacity: true)
            }
            rest = rest[(end + 1)...]
        }
        pending.append(contentsOf: rest)
        if pending.count > Self.lineBytesMax {
            emit(pending[...])
            pending.removeAll(keepingCapacity: true)
        }
    }

    private func emit(_ line: ArraySlice<UInt8>) { log.append(String(decoding: line, as: UTF8.self)) }
}
