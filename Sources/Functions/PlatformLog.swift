import Clocks
import Foundation

/// How Lambda itself writes into a function's log: `LoggingConfig.LogFormat`.
public enum LogFormat: String, Sendable, Hashable {
    case text = "Text"
    case json = "JSON"
}

/// What Lambda says of one invocation when it is over (Lambda's developer guide, on log formats).
struct InvocationReport {
    enum Status: Hashable {
        case success
        /// The function raised an error.
        case failure
        /// The process ended, for the reason that this type names.
        case error(type: String)
        case timeout

        fileprivate var name: String {
            switch self {
            case .success: "success"
            case .failure: "failure"
            case .error: "error"
            case .timeout: "timeout"
            }
        }
    }

    var requestID: String
    /// From the hand-over of the event to the answer, or to the process's end.
    var duration: Duration
    /// From the process's start to its first request for an event; nil but for its first invocation.
    var initDuration: Duration?
    var memorySizeMegabytes: Int
    var maxMemoryUsedMegabytes: Int
    var status: Status

    /// Whole milliseconds, rounded up.
    var billedMilliseconds: Int64 { (duration.microseconds + 999) / 1_000 }
}

/// The lines that Lambda adds to a function's log around those of the function.
struct PlatformLog {
    let format: LogFormat

    func start(_ requestID: String, now: Timestamp) -> String {
        switch format {
        case .text: "START RequestId: \(requestID) Version: $LATEST"
        case .json:
            Self.line("platform.start", #"{"requestId":"\#(requestID)","version":"$LATEST"}"#, now)
        }
    }

    /// The end of an invocation: one line after the other.
    func end(_ report: InvocationReport, now: Timestamp) -> [String] {
        switch format {
        case .text: ["END RequestId: \(report.requestID)", Self.text(report)]
        case .json: [Self.line("platform.report", Self.record(report), now)]
        }
    }

    private static func text(_ report: InvocationReport) -> String {
        var parts = [
            "REPORT RequestId: \(report.requestID)", "Duration: \(milliseconds(report.duration)) ms",
            "Billed Duration: \(report.billedMilliseconds) ms", "Memory Size: \(report.memorySizeMegabytes) MB",
            "Max Memory Used: \(report.maxMemoryUsedMegabytes) MB",
        ]
        if let initDuration = report.initDuration { parts.append("Init Duration: \(milliseconds(initDuration)) ms") }
        switch report.status {
        case .success, .failure: break
        case .error(let type): parts += ["Status: error", "Error Type: \(type)"]
        case .timeout: parts.append("Status: timeout")
        }
        return parts.joined(separator: "\t")
    }

    private static func record(_ report: InvocationReport) -> String {
        var metrics =
            #""durationMs":\#(milliseconds(report.duration)),"billedDurationMs":\#(report.billedMilliseconds),"#
        metrics += #""memorySizeMB":\#(report.memorySizeMegabytes),"maxMemoryUsedMB":\#(report.maxMemoryUsedMegabytes)"#
        if let initDuration = report.initDuration { metrics += #","initDurationMs":\#(milliseconds(initDuration))"# }
        var members = #""requestId":"\#(report.requestID)","metrics":{\#(metrics)},"status":"\#(report.status.name)""#
        if case .error(let type) = report.status { members += #","errorType":"\#(type)""# }
        return "{\(members)}"
    }

    private static func line(_ type: String, _ record: String, _ now: Timestamp) -> String {
        #"{"time":"\#(moment(now))","type":"\#(type)","record":\#(record)}"#
    }

    static func moment(_ time: Timestamp) -> String {
        // The style cuts off what is below a millisecond, and the nearest number to one may be below it.
        Date(timeIntervalSince1970: (Double(time.milliseconds) + 0.5) / 1_000)
            .formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }

    /// With two decimals, as AWS has them.
    private static func milliseconds(_ duration: Duration) -> String {
        let hundredths = (duration.microseconds + 5) / 10
        let fraction = hundredths % 100
        return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)"
    }
}
