import Foundation
import Functions
import Pipes
import Stacks
import Tables

/// The execution logs of pipes: a file of the data folder for each log group, which several pipes may share.
struct PipeLogs: Sendable {
    private let files: [String: LogFile]

    /// Opens the files of the log groups that these pipes write to.
    init(_ pipes: [PipeResource], folder: String) throws {
        let groups = Set(pipes.compactMap { Self.group($0) })
        files = try Dictionary(
            uniqueKeysWithValues: groups.map { ($0, try LogFile(path: "\(folder)/\(Self.fileName(of: $0))")) })
    }

    /// Nil for a pipe that logs nothing.
    func logging(_ pipe: PipeResource) -> ExecutionLogging? {
        guard let configuration = pipe.logConfiguration, let level = Self.level(configuration.level),
            let file = Self.group(pipe).flatMap({ files[$0] })
        else { return nil }
        return ExecutionLogging(
            level: level, includesExecutionData: configuration.includesExecutionData, write: { file.append($0) },
            makeExecutionID: { UUID().uuidString.lowercased() })
    }

    private static func group(_ pipe: PipeResource) -> String? {
        guard let configuration = pipe.logConfiguration, configuration.level != .off else { return nil }
        return configuration.logGroupName
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
