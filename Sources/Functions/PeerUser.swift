import NIOCore

/// Whose the other end of a connection within this machine is, as Linux tells it (`/proc/net/tcp`).
enum PeerUser {
    private static let attemptsMax = 4

    /// Linux's state of a connection that is there. What its process has closed lingers in others, as root's.
    private static let established = "01"

    /// Whether a connection to an IPv4 address of this machine comes from a process of some user, or nobody can tell.
    ///
    /// Costs a pass over the machine's connections: once for each connection, which runtimes keep.
    ///
    /// - Parameters:
    ///   - client: the end that connects.
    ///   - server: the end that it has connected to.
    ///   - user: the one whose it is to be.
    static func has(_ client: SocketAddress?, to server: SocketAddress?, user: UInt32) -> Bool {
        guard let client, let server, let clientPlace = place(of: client), let serverPlace = place(of: server) else {
            return true
        }
        var canTell = false
        // Linux tells it in pieces, and where others come and go between two of them, one that stays may be left out.
        for _ in 1...attemptsMax {
            // A socket for both versions of IP is among those of the newer.
            for table in ["/proc/net/tcp", "/proc/net/tcp6"] {
                let rows = KernelFile.bytes(table)
                canTell = canTell || !rows.isEmpty
                if let found = Self.user(at: clientPlace, to: serverPlace, in: rows) { return found == user }
            }
        }
        // One that is gone already, which must not get an event, or another system than Linux.
        return !canTell
    }

    /// The user whose socket is connected from one place to another; nil when there is none.
    ///
    /// Both ends count, as connections to different places may share their own address and port.
    ///
    /// - Parameters:
    ///   - client: the socket's own end, as ``place(of:)`` has it.
    ///   - server: its other end.
    static func user(at client: String, to server: String, in rows: [UInt8]) -> UInt32? {
        let (client, server) = (Array(client.utf8), Array(server.utf8))
        for row in rows.split(separator: UInt8(ascii: "\n")).dropFirst() {
            // Number, own end, other end, state, queues, timer, retransmits, user.
            let fields = row.split(separator: UInt8(ascii: " "), maxSplits: 8)
            // Among those of the newer IP, an address of the older one has zeros and ones before it.
            guard fields.count > 7, fields[1].suffix(client.count).elementsEqual(client),
                fields[2].suffix(server.count).elementsEqual(server), fields[3].elementsEqual(established.utf8)
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
