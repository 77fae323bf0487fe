import NIOCore

/// Whose the other end of a connection within this machine is, as Linux tells it (`/proc/net/tcp`).
enum PeerUser {
    private static let attemptsMax = 4

    /// Whether a connection to an IPv4 address of this machine comes from a process of some user, or nobody can tell.
    ///
    /// Costs a pass over the machine's connections: once for each connection, which runtimes keep.
    ///
    /// - Parameters:
    ///   - client: the end that connects.
    ///   - user: the one whose it is to be.
    static func has(_ client: SocketAddress?, user: UInt32) -> Bool {
        guard let client, let place = place(of: client) else { return true }
        var canTell = false
        // Linux tells it in pieces, and where others come and go between two of them, one that stays may be left out.
        for _ in 1...attemptsMax {
            // A socket for both versions of IP is among those of the newer.
            for table in ["/proc/net/tcp", "/proc/net/tcp6"] {
                let rows = KernelFile.bytes(table)
                canTell = canTell || !rows.isEmpty
                if let found = Self.user(at: place, in: rows) { return found == user }
            }
        }
        // One that is gone already, which must not get an event, or another system than Linux.
        return !canTell
    }

    /// The user whose socket has this address and port as its own end; nil when there is none.
    ///
    /// - Parameter place: as ``place(of:)`` has it.
    static func user(at place: String, in rows: [UInt8]) -> UInt32? {
        let place = Array(place.utf8)
        for row in rows.split(separator: UInt8(ascii: "\n")).dropFirst() {
            // Number, own end, other end, state, queues, timer, retransmits, user.
            let fields = row.split(separator: UInt8(ascii: " "), maxSplits: 8)
            guard fields.count > 7, fields[1].count >= place.count, fields[1].suffix(place.count).elementsEqual(place)
            else { continue }
            return UInt32(String(decoding: fields[7], as: UTF8.self))
        }
        return nil
    }

    /// Address and port in Linux's digits, `0100007F:1F90`; nil for what is no IPv4 address.
    static func place(of address: SocketAddress) -> String? {
        guard let port = address.port, let bytes = address.ipAddress?.split(separator: ".").compactMap({ UInt8($0) }),
            bytes.count == 4
        else { return nil }
        func digits(_ number: UInt32, _ count: Int) -> String {
            let text = String(number, radix: 16, uppercase: true)
            return String(repeating: "0", count: count - text.count) + text
        }
        // The four bytes are written as a number, as this processor reads them.
        return digits(bytes.withUnsafeBytes { $0.loadUnaligned(as: UInt32.self) }, 8) + ":" + digits(UInt32(port), 4)
    }
}
