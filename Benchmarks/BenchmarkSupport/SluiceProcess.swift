import Foundation

/// A running `sluice up`.
package final class SluiceProcess {
    package let port: UInt16
    /// From the start of the process to "Ready.".
    package let secondsUntilReady: Double
    private let process = Process()

    package var identifier: Int32 { process.processIdentifier }

    /// Starts it and waits until it is ready.
    ///
    /// - Parameters:
    ///   - program: path of `sluice`.
    ///   - template: the template's text.
    ///   - folder: gets the template and the data.
    ///   - arguments: more of `sluice up`.
    package init(_ program: String, template: String, in folder: String, arguments: [String] = []) throws {
        let path = folder + "/template.yaml"
        try template.write(toFile: path, atomically: true, encoding: .utf8)
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments =
            ["up", "--template", path, "--data", folder + "/data", "--port", "0", "--no-console"] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        let start = monotonicNanoseconds()
        try process.run()
        var output = ""
        while !output.contains("Ready.") {
            let data = pipe.fileHandleForReading.availableData
            guard !data.isEmpty else { throw WrongAnswer("\(program) ended before it was ready: \(output)") }
            output += String(decoding: data, as: UTF8.self)
        }
        secondsUntilReady = Double(monotonicNanoseconds() - start) / 1e9
        guard let address = output.firstRange(of: /http:\/\/127\.0\.0\.1:(\d+)/).map({ output[$0] }),
            let port = address.split(separator: ":").last.flatMap({ UInt16($0) })
        else { throw WrongAnswer("\(program) names no address: \(output)") }
        self.port = port
    }

    deinit { if process.isRunning { kill() } }

    /// User and system time so far, in seconds.
    package var processorSeconds: Double {
        guard let text = try? String(contentsOfFile: "/proc/\(process.processIdentifier)/stat", encoding: .utf8),
            let end = text.lastIndex(of: ")")
        else { return 0 }
        let fields = text[end...].split(separator: " ")
        return (Double(fields[12])! + Double(fields[13])!) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    package var residentMegabytes: Int { (residentBytes(of: process.processIdentifier) ?? 0) >> 20 }

    package func stop() {
        process.terminate()
        process.waitUntilExit()
    }

    package func kill() {
        Glibc.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}

extension SluiceProcess {
    /// The program beside this one, which the build puts there; nil when there is none.
    package static var besideThisProgram: String? {
        let own = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        let beside = own.deletingLastPathComponent().appendingPathComponent("sluice").path
        return FileManager.default.isExecutableFile(atPath: beside) ? beside : nil
    }
}
