import BenchmarkSupport
import Foundation

/// A running ``Respond``.
final class BareResponder {
    let port: UInt16
    private let process = Process()
    /// Its end ends the process, even if this one is killed.
    private let input = Pipe()

    init() throws {
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = ["respond"]
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        guard let port = UInt16(line.trimmingCharacters(in: .whitespacesAndNewlines)), port > 0 else {
            throw WrongAnswer("The bare HTTP responder does not start: \(line)")
        }
        self.port = port
    }

    deinit { if process.isRunning { process.terminate() } }

    /// User and system time so far.
    var processorSeconds: Double { ProcessTree(process.processIdentifier).times.own }

    func stop() {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }
}
