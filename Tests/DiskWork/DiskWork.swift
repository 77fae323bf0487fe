import Clocks
import Foundation
import Items
import Storage
import Tables

/// What Scripts/faults has done to a data folder while a disk misbehaves, and what it has read from the folder after.
///
///     DiskWork work FOLDER LIFE WRITES SEED    opens FOLDER/data, says what it holds, and writes; every answer is a line
///     DiskWork check FOLDER...                 opens each FOLDER/data and says what it holds, one line each
///
/// Exit code 3: the folder could not be opened, and the line says why.
@main struct DiskWork {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        switch (arguments.first, arguments.count) {
        case ("work"?, 5):
            let numbers = arguments.suffix(3).compactMap { Int($0) }
            guard numbers.count == 3 else { fail("give life, writes and seed as numbers") }
            let place = arguments[arguments.startIndex + 1]
            do {
                let life = try await Life(folder: place, number: numbers[0], seed: UInt64(numbers[2]))
                try await life.run(writes: numbers[1])
            } catch {
                say("unopened \(type(of: error)) \(error)")
                exit(3)
            }
        case ("check"?, 2...):
            for folder in arguments.dropFirst() {
                let line: String
                do {
                    line = try await Shop(folder: folder, hour: 0).contents().json
                } catch let error as StorageError {
                    line = Contents(refused: error.message).json
                } catch {
                    line = Contents(refused: "UNNAMED \(type(of: error)) \(error)").json
                }
                say(line)
            }
        default: fail("write: DiskWork work FOLDER LIFE WRITES SEED, or: DiskWork check FOLDER...")
        }
    }

    private static func fail(_ message: String) -> Never {
        FileHandle.standardError.write(Data("DiskWork: \(message)\n".utf8))
        exit(2)
    }
}

/// One line to standard output, past every buffer, in one call: what was said before a kill is said.
func say(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    var sent = 0
    while sent < bytes.count {
        let count = bytes[sent...].withUnsafeBytes { write(1, $0.baseAddress, $0.count) }
        guard count > 0 else { exit(4) }
        sent += count
    }
}
