import Foundation
import Functions

/// The lines of a pipe's logs, read once for all records that they may tell of.
struct TraceLog {
    private struct Line {
        var bytes: [UInt8]
        /// Lambda's own words on an invocation's end.
        var isPlatformLine: Bool
        /// The line as it is told.
        var told: TraceLogLine
    }

    private let all: [Line]

    /// - Parameter showsValues: whether functions' own lines are told whole.
    init(_ lines: [TraceFacts.LogLine], showsValues: Bool) {
        all = lines.map { line in
            let isPlatformLine = Self.isPlatformLine(line.text)
            return Line(
                bytes: Array(line.text.utf8), isPlatformLine: isPlatformLine,
                told: TraceLogLine(
                    function: line.function, timestamp: line.timestamp, requestId: Self.requestID(line.text),
                    text: isPlatformLine || showsValues ? line.text : Self.summary(line.text)))
        }
    }

    /// Those that tell of one record: that name its event, and what Lambda says of the invocations that those and the failed
    /// attempts name.
    func lines(eventID: String, requestIDs: [String]) -> [TraceLogLine] {
        let event = Array(eventID.utf8)
        let areNamed = all.map { !event.isEmpty && $0.bytes[...].holds(event) }
        var requests = Set(requestIDs)
        for (line, isNamed) in zip(all, areNamed) where isNamed {
            if let request = line.told.requestId { requests.insert(request) }
        }
        var told: [TraceLogLine] = []
        for (line, isNamed) in zip(all, areNamed) {
            let isOfItsInvocation =
                line.isPlatformLine && line.told.requestId.map { requests.contains($0) } ?? false
            if isNamed || isOfItsInvocation { told.append(line.told) }
        }
        return told
    }

    /// Lambda's own words on an invocation's end.
    static func isPlatformLine(_ text: String) -> Bool {
        text.hasPrefix("REPORT RequestId: ") || text.contains(#""type":"platform.report""#)
            || text.contains(" Task timed out after ") || text.hasPrefix("RequestId: ")
    }

    /// The id of the invocation that a line names, wherever it stands in it.
    static func requestID(_ text: String) -> String? {
        if text.hasPrefix("REPORT RequestId: ") || text.hasPrefix("RequestId: "),
            let start = text.range(of: "RequestId: ")?.upperBound
        {
            return String(text[start...].prefix { !$0.isWhitespace })
        }
        for name in [#""requestId":""#, #""requestID":""#, #""AWSRequestId":""#] {
            guard let start = text.range(of: name)?.upperBound else { continue }
            return String(text[start...].prefix { $0 != "\"" })
        }
        guard let end = text.range(of: " Task timed out after ")?.lowerBound else { return nil }
        return text[..<end].split(separator: " ").last.map(String.init)
    }

    /// What a line tells without a word of an order's contents: the members that name decisions.
    static func summary(_ text: String) -> String {
        guard let members = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] else {
            return "a line that names it; --show-values shows it"
        }
        let told = ["level", "message", "decision", "reason", "routes", "system", "traceId"].compactMap {
            name -> String? in
            switch members[name] {
            case let value as String: "\(name)=\(value)"
            case let values as [String]: "\(name)=\(values.joined(separator: ","))"
            default: nil
            }
        }
        return told.isEmpty ? "a line that names it; --show-values shows it" : told.joined(separator: " ")
    }
}
