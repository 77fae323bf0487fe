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
        let date = Date(timeIntervalSince1970: Double(now.seconds))
            .formatted(
                .verbatim(
                    "\(year: .defaultDigits)/\(month: .twoDigits)/\(day: .twoDigits)", timeZone: .gmt,
                    calendar: Calendar(identifier: .gregorian)))
        return "\(date)/[$LATEST]\(String.randomUUID().replacing("-", with: ""))"
    }

    var groups: [OwnedLogGroup] { functionGroups + pipeGroups }

    private var functionGroups: [OwnedLogGroup] {
        functions.all.map { function in
            let events = FileEvents(path: "\(folder)/\(function.name).log")
            let stream = LogStream(
                name: function.local.configuration.logStreamName, createdAt: openedAt.milliseconds, events: events)
            return OwnedLogGroup(
                name: function.local.configuration.logGroupName, createdAt: createdAt(events), streams: [stream])
        }
    }

    private var pipeGroups: [OwnedLogGroup] {
        let logging = pipes.all.filter { $0.resource.logConfiguration.map { $0.level != .off } ?? false }
        let byGroup = Dictionary(grouping: logging) { $0.resource.logConfiguration?.logGroupName ?? "" }
        return byGroup.filter { !$0.key.isEmpty }.map { name, pipes in
            let path = "\(folder)/\(PipeLogs.fileName(of: name))"
            let streams = pipes.map { pipe in
                // Written as it is by the pipe; inside of other members it would have backslashes.
                let events = FileEvents(path: path, marker: #""resourceArn":"\#(pipe.resource.arn)""#)
                return LogStream(name: pipe.name, createdAt: createdAt(events), events: events)
            }
            return OwnedLogGroup(name: name, createdAt: createdAt(FileEvents(path: path)), streams: streams)
        }
    }

    private func createdAt(_ events: FileEvents) -> Int64 { events.times?.first ?? openedAt.milliseconds }
}

extension LogGroupSettings {
    init(_ resource: LogGroupResource) {
        self.init(
            retentionInDays: resource.retentionInDays, tags: resource.tags, kmsKeyID: resource.kmsKeyID,
            logGroupClass: resource.logGroupClass, isDeletionProtected: resource.isDeletionProtected)
    }
}
