import Foundation
import NIOCore
import Testing

@testable import Functions

/// Who may ask a function's Runtime API, which every user of the machine reaches.
@Suite struct PeerUserTests {
    private static let isRoot = geteuid() == 0

    /// Asks for an event beside the one that it has, as itself and as nobody, and tells what each was answered.
    private static let spy = """
        import subprocess
        ask = ["python3", "-c", "import sys, urllib.request; urllib.request.urlopen(sys.argv[1], timeout=5)", base + "invocation/next"]
        def said(start):
            return subprocess.run(start + ask, stderr=subprocess.PIPE, text=True).stderr.strip().split("\\n")[-1].split(":")[0]
        def handle(event, request, headers):
            return [said([]), said(["setpriv", "--reuid", "65534", "--clear-groups"])]
        serve(handle)
        """

    @Test(.enabled(if: isRoot)) func anotherUserGetsNoEvents() async throws {
        let test = try TestFunction(Self.spy)
        try await test.run { function in
            // One has an event already, says the API; the other never gets so far.
            let said = try JSONDecoder().decode([String].self, from: Data(try await function.invoke("{}").payload))
            #expect(said[0] == "urllib.error.HTTPError")
            #expect(said[1].contains("RemoteDisconnected") || said[1].contains("ConnectionResetError"), "\(said[1])")
        }
    }

    /// Browsers mark what pages ask; a page's own name that leads here is no name of ours.
    @Test func aWebPageGetsNoEvents() async throws {
        let test = try TestFunction(
            """
            def status(headers):
                try: return call("invocation/next", headers=headers).status
                except urllib.error.HTTPError as error: return error.code
            def handle(event, request, headers):
                return [status({"Sec-Fetch-Site": "cross-site"}), status({"Host": "attacker.example"}), status({})]
            serve(handle)
            """)
        try await test.run { function in
            // The last one is told that it has an event already.
            let said = try await function.invoke("{}").text
            #expect(said == "[403, 403, 500]")
        }
    }

    private static let rows = Array(
        """
          sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
           0: 0100007F:11D6 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4127 1
           1: 0100007F:C001 0100007F:9C40 01 00000000:00000000 00:00000000 00000000  1001        0 4128 1
           2: 0000000000000000FFFF00000100007F:C002 0000000000000000FFFF00000100007F:9C40 01 0:0 00:0 0  1002  0 4129 1
           3: 0100007F:C004 0100007F:9C41 01 00000000:00000000 00:00000000 00000000  1003        0 4130 1
           4: 0100007F:C004 0200007F:9C40 01 00000000:00000000 00:00000000 00000000  1003        0 4131 1
           5: 0100007F:C004 0100007F:9C40 01 00000000:00000000 00:00000000 00000000  1004        0 4132 1
           6: 0000000000000000FFFF00000100007F:C005 0000000000000000FFFF00000100007F:9C41 01 0:0 00:0 0  1003  0 4133 1
           7: 0000000000000000FFFF00000100007F:C005 0000000000000000FFFF00000100007F:9C40 01 0:0 00:0 0  1005  0 4134 1
           8: 0100007F:C006 0100007F:9C40 06 00000000:00000000 03:00001770 00000000     0        0 0 3
           9: 0100007F:C006 0100007F:9C40 01 00000000:00000000 00:00000000 00000000  1006        0 4135 1
          10: 0100007F:C007 0100007F:9C40 04 00000001:00000000 01:00000014 00000000     0        0 0 2
          11: 0100007F:9C40 0100007F:C001 01 00000000:00000000 00:00000000 00000000  1000        0 4136 1
          12: 0100007F:C003

        """.utf8)

    private static let server = "0100007F:9C40"

    @Test(arguments: [
        ("0100007F:C001", 1_001), ("0100007F:C002", 1_002), ("0100007F:C003", nil), ("0100007F:9C40", nil),
    ])
    func theUserIsThatOfTheOwnEnd(place: String, user: UInt32?) {
        #expect(PeerUser.user(at: place, to: Self.server, in: Self.rows) == user)
    }

    /// Connections to different places may share their own address and port.
    @Test(arguments: [("0100007F:C004", 1_004), ("0100007F:C005", 1_005)])
    func aNeighbourWithTheSamePortElsewhereIsNotMeant(place: String, user: UInt32) {
        #expect(PeerUser.user(at: place, to: Self.server, in: Self.rows) == user)
        #expect(PeerUser.user(at: place, to: "0100007F:9C41", in: Self.rows) == 1_003)
        #expect(PeerUser.user(at: place, to: "0100007F:9C42", in: Self.rows) == nil)
    }

    /// Neither what waits for its end nor what its process has closed, which Linux has as root's, nor a listener.
    @Test func onlyWhatIsConnectedCounts() {
        #expect(PeerUser.user(at: "0100007F:C006", to: Self.server, in: Self.rows) == 1_006)
        #expect(PeerUser.user(at: "0100007F:C007", to: Self.server, in: Self.rows) == nil)
        #expect(PeerUser.user(at: "0100007F:11D6", to: "00000000:0000", in: Self.rows) == nil)
    }

    @Test func anAddressHasLinuxsDigits() throws {
        #expect(try PeerUser.place(of: SocketAddress(ipAddress: "::1", port: 8_080)) == nil)
        #if _endian(little)
            #expect(try PeerUser.place(of: SocketAddress(ipAddress: "127.0.0.1", port: 80)) == "0100007F:0050")
        #endif
    }
}
