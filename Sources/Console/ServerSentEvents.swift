import Foundation

/// Messages of a stream of server-sent events, as the HTML standard frames them.
enum ServerSentEvents {
    /// A message without contents, which keeps a connection from being taken for dead.
    static let beat = Array(": \n\n".utf8)

    /// How long a page that has lost its connection waits before it tries again.
    static let retry = Array("retry: 1000\n\n".utf8)

    /// A message of some kind with JSON as its data. JSON on one line needs no more than that; a line end in it, which an
    /// encoder does not write, would end the data and begins a line of its own therefore.
    static func message(_ kind: String, _ json: [UInt8]) -> [UInt8] {
        var bytes = Array("event: \(kind)\n".utf8)
        for line in json.split(omittingEmptySubsequences: false, whereSeparator: { $0 == 10 || $0 == 13 }) {
            bytes += Array("data: ".utf8) + line + [10]
        }
        return bytes + [10]
    }
}

/// How everything stood when a page was told last, and what it is to be told now.
struct Standing {
    private var topics: [String: [UInt8]] = [:]

    /// Takes what stands now.
    ///
    /// - Returns: JSON of what has changed since the last time, `{"at": …, "changed": {"pipes/A": {…}, "queues/B": null}}`, with
    ///   null for what is gone; nil when nothing has.
    mutating func take(_ now: [String: [UInt8]], atMilliseconds at: Int64) -> [UInt8]? {
        let gone = topics.keys.filter { now[$0] == nil }
        let changed = now.filter { topics[$0.key] != $0.value }
        topics = now
        guard !gone.isEmpty || !changed.isEmpty else { return nil }
        let members =
            changed.map { (name: $0.key, json: $0.value) } + gone.map { (name: $0, json: Array("null".utf8)) }
        var json = Array("{\"at\":\(at),\"changed\":{".utf8)
        for (index, member) in members.sorted(by: { $0.name < $1.name }).enumerated() {
            if index > 0 { json.append(UInt8(ascii: ",")) }
            json += Self.quoted(member.name) + [UInt8(ascii: ":")] + member.json
        }
        return json + Array("}}".utf8)
    }

    private static func quoted(_ text: String) -> [UInt8] {
        // A text: encoding cannot fail.
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return Array(try! encoder.encode(text))
    }
}
