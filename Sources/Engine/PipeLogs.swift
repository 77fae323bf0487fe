import Clocks
import Foundation
import Functions
import Pipes
import Stacks
import Synchronization
import Tables

/// The execution logs of pipes: a file of the data folder for each log group, which several pipes may share.
final class PipeLogs: Sendable {
    private let folder: String
    private let files = Mutex<[String: LogFile]>([:])

    init(folder: String) { self.folder = folder }

    /// Nil for a pipe that logs nothing.
    ///
    /// - Throws: what opening the log group's file throws.
    func logging(_ pipe: PipeResource) throws -> ExecutionLogging? {
        guard let configuration = pipe.logConfiguration, let level = Self.level(configuration.level),
            let file = try configuration.logGroupName.map(file(of:))
        else { return nil }
        return ExecutionLogging(
            level: level, includesExecutionData: configuration.includesExecutionData, write: { file.append($0) },
            makeExecutionID: String.randomUUID)
    }

    private func file(of group: String) throws -> LogFile {
        try files.withLock { files in
            if let file = files[group] { return file }
            // The machine's clock, which those who read it see as well.
            let file = try LogFile(path: "\(folder)/\(Self.fileName(of: group))", time: SystemTime())
            files[group] = file
            return file
        }
    }

    private static func level(_ level: PipeResource.LogLevel) -> ExecutionLogging.Level? {
        switch level {
        case .off: nil
        case .error: .error
        case .info: .info
        case .trace: .trace
        }
    }

    /// The group's name with `+` for `/`, and a suffix with a dot, which no function's name has: groups and functions never
    /// share a file. A name too long for a file is cut and ends in its hash.
    static func fileName(of group: String) -> String {
        var name = group.replacing("/", with: "+")
        if name.utf8.count > 200 {
            name = "\(name.prefix(180))-\(String(StableHash.of(group.utf8), radix: 16))"
        }
        return name + ".pipes.log"
    }
}
