import Foundation

/// The lines of a function's log that tell of one record: those that name its event, and what Lambda says of the invocations
/// that those and the failed attempts name.
struct TraceLog {
    let eventID: String
    let requestIDs: [String]
    let showsValues: Bool

    func lines(_ all: [TraceFacts.LogLine]) -> [TraceLogLine] {
        var requests = Set(requestIDs)
        for line in all where !eventID.isEmpty && line.text.contains(eventID) {
            if let request = Self.requestID(line.text) { requests.insert(request) }
        }
        return all.compactMap { line in
            let request = Self.requestID(line.text)
            let isNamed = !eventID.isEmpty && line.text.contains(eventID)
            guard isNamed || request.map(requests.contains) == true && Self.isPlatformLine(line.text) else {
                return nil
            }
            return TraceLogLine(
                function: line.function, timestamp: line.timestamp, requestId: request,
                text: Self.isPlatformLine(line.text) || showsValues ? line.text : Self.summary(line.text))
        }
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
