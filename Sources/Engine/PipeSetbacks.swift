import Foundation
import Functions
import Pipes
import Synchronization

/// The setbacks of every pipe: a file of JSON lines for each that has had one.
final class PipeSetbacks: Sendable {
    private let folder: String
    private let files = Mutex<[String: LogFile]>([:])

    init(folder: String) { self.folder = folder }

    /// What notes a pipe's setbacks. A file that cannot be written stops no order: what is missing then is told as not known.
    func writer(of pipe: String) -> @Sendable (PipeSetback) -> Void {
        { [self] setback in
            // Numbers and texts: encoding cannot fail.
            guard let file = file(of: pipe), let line = try? JSONEncoder().encode(setback) else { return }
            file.append(String(decoding: line, as: UTF8.self))
        }
    }

    private func file(of pipe: String) -> LogFile? {
        files.withLock { files in
            if let file = files[pipe] { return file }
            let file = try? LogFile(path: Self.path(folder, pipe))
            files[pipe] = file
            return file
        }
    }

    private static func path(_ folder: String, _ pipe: String) -> String { "\(folder)/\(pipe).setbacks.log" }

    /// The last setbacks of a pipe, the newest first.
    static func last(_ count: Int, folder: String, pipe: String) -> [PipeSetback] {
        LogReader(path: path(folder, pipe)).last(count).lines.reversed().compactMap {
            try? JSONDecoder().decode(PipeSetback.self, from: Data($0.text.utf8))
        }
    }

    /// The setbacks of a pipe that touch some of these records, in the order of their happening.
    static func read(folder: String, pipe: String, touching sequences: Set<UInt64>) -> [PipeSetback] {
        let reader = LogReader(path: path(folder, pipe))
        let wanted = sequences.map { Array(String($0).utf8) }
        var setbacks: [PipeSetback] = []
        var position: LogReader.Position?
        while !wanted.isEmpty {
            let page = reader.page(after: position) { line in wanted.contains { line.holds($0) } }
            for line in page.lines {
                guard let setback = try? JSONDecoder().decode(PipeSetback.self, from: Data(line.text.utf8)),
                    !sequences.isDisjoint(with: setback.sequences)
                else { continue }
                setbacks.append(setback)
            }
            if page.isAtEnd { break }
            position = page.next
        }
        return setbacks
    }
}
