import Clocks
import Foundation

/// Holds up who signs wrongly again and again.
///
/// Nobody guesses a secret; what this keeps small is the work and the noise that guessing makes. Failures are counted for
/// each address and for each access key id. After ``freeFailures`` within ``window``, an address must wait before it is
/// looked at again, first one second, then twice as long with each further failure, up to ``waitMax``. An access key id
/// that is tried from many addresses makes those wait that have failed themselves. A pair of the two that has signed
/// rightly before is never held up: what runs goes on beside what guesses, also behind one address and with one id, which is no
/// secret. Who shares both may guess as fast as the machine answers, against secrets that have no shorter form than
/// ``AccessKey/secretLengthMin``; to be kept out by whoever knows an id would be worse.
struct Lockout {
    /// Failures that may follow each other at once.
    static let freeFailures = 10
    /// Failures count together when they come within this time.
    static let window = Duration.seconds(60)
    static let waitMin = Duration.seconds(1)
    static let waitMax = Duration.seconds(60)
    /// Entries of each table; beyond that the one that has failed, or signed, longest ago is forgotten.
    static let entriesMax = 1_024

    private struct Record {
        var failures = 0
        /// Of those that count together.
        var first: Timestamp
        var last: Timestamp
        var wait = Duration.zero

        func remaining(_ now: Timestamp) -> Duration? {
            let passed = now - last
            // A clock that was set back must not hold anybody up for long.
            guard wait > .zero, passed >= .zero, passed < wait else { return nil }
            return wait - passed
        }

        /// Whether the failures are of the past.
        func isOver(_ now: Timestamp) -> Bool {
            let passed = now - last
            return passed < .zero || passed >= window + wait
        }
    }

    private struct Pair: Hashable {
        var id: String
        var address: String
    }

    private var addresses: [String: Record] = [:]
    private var ids: [String: Record] = [:]
    private var proven: [Pair: Timestamp] = [:]

    /// How long a request must wait before it is looked at; nil for not at all.
    func wait(id: String, address: String, now: Timestamp) -> Duration? {
        if proven[Pair(id: id, address: address)] != nil { return nil }
        let own = addresses[address]
        if let remaining = own?.remaining(now) { return remaining }
        guard let own, !own.isOver(now) else { return nil }
        return ids[id]?.remaining(now)
    }

    mutating func failed(id: String, address: String, now: Timestamp) {
        Self.count(address, in: &addresses, now)
        Self.count(id, in: &ids, now)
    }

    mutating func succeeded(id: String, address: String, now: Timestamp) {
        let pair = Pair(id: id, address: address)
        if proven[pair] == nil, proven.count >= Self.entriesMax, let oldest = proven.min(by: { $0.value < $1.value }) {
            proven[oldest.key] = nil
        }
        proven[pair] = now
    }

    private static func count(_ key: String, in table: inout [String: Record], _ now: Timestamp) {
        var record = table[key] ?? Record(first: now, last: now)
        if record.isOver(now) { record = Record(first: now, last: now) }
        if record.wait == .zero, now - record.first >= window {
            record.failures = 0
            record.first = now
        }
        record.failures += 1
        record.last = now
        if record.failures >= freeFailures {
            record.wait = record.wait == .zero ? waitMin : min(record.wait * 2, waitMax)
        }
        if table[key] == nil, table.count >= entriesMax,
            let oldest = table.min(by: { $0.value.last < $1.value.last })
        {
            table[oldest.key] = nil
        }
        table[key] = record
    }

    /// What failures are counted for: an IPv4 address, or the 64 bits of an IPv6 address that one customer has.
    static func origin(_ address: String) -> String {
        var bytes = in6_addr()
        guard address.utf8.contains(UInt8(ascii: ":")),
            inet_pton(AF_INET6, String(address.prefix { $0 != "%" }), &bytes) == 1
        else { return address }
        return withUnsafeBytes(of: bytes) { bytes in
            // An IPv4 address in IPv6's form.
            if bytes[0..<10].allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF {
                return bytes[12..<16].map { String($0) }.joined(separator: ".")
            }
            // All of loopback's is its last bit.
            if bytes[0..<15].allSatisfy({ $0 == 0 }) { return address }
            let groups = stride(from: 0, to: 8, by: 2).map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
            return groups.map { String($0, radix: 16) }.joined(separator: ":") + "::/64"
        }
    }
}
