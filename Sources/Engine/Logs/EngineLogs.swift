import Clocks
import Foundation
import Functions
import Logs
import Stacks

/// The log groups that the engine writes: one for each function, and those that pipes name for their executions.
struct EngineLogs: OwnedLogs {
    let functions: RunningFunctions
    let pipes: RunningPipes
    /// The data folder's place for logs.
    let folder: String
    /// When this run opened them.
    let openedAt: Timestamp

    /// A name such as Lambda gives: `2026/01/31/[$LATEST]` and 32 digits.
    static func streamName(now: Timestamp) -> String {
        let date = Date(timeIntervalSince1970: Double(now.seconds)).formatted(.iso8601.year().month().day())
        return "\(date.replacing("-", with: "/"))/[$LATEST]\(String.randomUUID().replacing("-", with: ""))"
    }

    var groups: [OwnedLogGroup] { functionGroups + pipeGroups }

    private var functionGroups: [OwnedLogGroup] {
        functions.all.map { function in
            let configuration = function.local.configuration
            return group(configuration.logGroupName, file: "\(function.name).log") { reader, createdAt in
                [LogStream(name: configuration.logStreamName, createdAt: createdAt, events: FileEvents(reader))]
            }
        }
    }

    private var pipeGroups: [OwnedLogGroup] {
        let logging = pipes.all.filter { $0.resource.logConfiguration.map { $0.level != .off } ?? false }
        let byGroup = Dictionary(grouping: logging) { $0.resource.logConfiguration?.logGroupName ?? "" }
        return byGroup.filter { !$0.key.isEmpty }.map { name, pipes in
            group(name, file: PipeLogs.fileName(of: name)) { reader, createdAt in
                pipes.map { pipe in
                    // Written as it is by the pipe; inside of other members it would have backslashes.
                    let events = FileEvents(reader, marker: #""resourceArn":"\#(pipe.resource.arn)""#)
                    return LogStream(name: pipe.name, createdAt: createdAt, events: events)
                }
            }
        }
    }

    private func group(
        _ name: String, file: String, _ streams: (LogReader, _ createdAt: Int64) -> [LogStream]
    ) -> OwnedLogGroup {
        let reader = LogReader(path: "\(folder)/\(file)")
        let createdAt = (reader.beginning ?? openedAt).milliseconds
        return OwnedLogGroup(
            name: name, createdAt: createdAt, sizeBytes: reader.sizeBytes, streams: streams(reader, createdAt))
    }
}

extension LogGroupSettings {
    init(_ resource: LogGroupResource) {
        self.init(
            retentionInDays: resource.retentionInDays, tags: resource.tags, kmsKeyID: resource.kmsKeyID,
            logGroupClass: resource.logGroupClass, isDeletionProtected: resource.isDeletionProtected)
    }
}
