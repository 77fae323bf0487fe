import NIOHTTP1
import Testing

@testable import Console

/// Who may ask for what.
@Suite struct RequestCheckTests {
    private let check = RequestCheck(ConsoleSettings(port: 4_567), port: 4_567, token: "secret")

    private static func refusal(
        _ check: RequestCheck, _ headers: HTTPHeaders, acts: Bool = false
    ) -> RequestCheck.Refusal? {
        do {
            if acts { try check.checkActing(headers) } else { try check.checkReading(headers) }
            return nil
        } catch { return error }
    }

    @Test(arguments: ["127.0.0.1:4567", "localhost:4567", "LOCALHOST:4567", "[::1]:4567"])
    func itsOwnNamesAreTaken(host: String) {
        #expect(Self.refusal(check, ["Host": host]) == nil)
        #expect(Self.refusal(check, ["Host": host, "Origin": "http://\(host)"]) == nil)
    }

    @Test func thePortOfHTTPMayBeLeftOut() {
        let check = RequestCheck(ConsoleSettings(port: 80), port: 80, token: "secret")
        for host in ["127.0.0.1", "127.0.0.1:80", "localhost"] { #expect(Self.refusal(check, ["Host": host]) == nil) }
        #expect(Self.refusal(check, ["Host": "evil.example"])?.status == 403)
    }

    @Test(arguments: ["evil.example:4567", "127.0.0.1:4568", "127.0.0.1", "127.0.0.1.evil.example:4567", ""])
    func otherNamesAreRefused(host: String) {
        #expect(Self.refusal(check, ["Host": host])?.status == 403)
    }

    @Test(arguments: ["http://evil.example", "https://127.0.0.1:4567", "http://127.0.0.1:80", "null"])
    func otherOriginsAreRefused(origin: String) {
        #expect(Self.refusal(check, ["Host": "127.0.0.1:4567", "Origin": origin])?.status == 403)
    }

    @Test func actingNeedsJSONAndTheToken() {
        let host = "127.0.0.1:4567"
        let json = "application/json; charset=utf-8"
        func status(_ type: String?, _ token: String?) -> UInt? {
            var headers: HTTPHeaders = ["Host": host]
            if let type { headers.add(name: "Content-Type", value: type) }
            if let token { headers.add(name: RequestCheck.tokenHeader, value: token) }
            return Self.refusal(check, headers, acts: true)?.status
        }
        #expect(status(json, "secret") == nil)
        #expect(status("text/plain", "secret") == 415)
        #expect(status(nil, "secret") == 415)
        for token in [nil, "", "secre", "secrets", "Secret", "sécret"] { #expect(status(json, token) == 403) }
    }

    /// Beyond this machine figures are taken, which no name of somebody else's can stand for.
    @Test func beyondThisMachineFiguresAreTakenAndStrangeNamesAreNot() {
        let check = RequestCheck(ConsoleSettings(host: "0.0.0.0", port: 80), port: 80, token: "secret")
        #expect(Self.refusal(check, ["Host": "192.168.1.7:80"]) == nil)
        #expect(Self.refusal(check, ["Host": "[fe80::1]:80"]) == nil)
        #expect(Self.refusal(check, ["Host": "evil.example:80"])?.status == 403)
    }

    @Test func tokensAreLongAndNeverTheSame() {
        let tokens = Set((0..<100).map { _ in RequestCheck.makeToken() })
        #expect(tokens.count == 100)
        #expect(tokens.allSatisfy { $0.count == 64 && $0.allSatisfy(\.isHexDigit) })
    }

    @Test func secretsOfAnyLengthAreCompared() {
        #expect(RequestCheck.isEqual("secret", "secret"))
        for given in ["", "s", "secre", "secrets", "secretsecret", "Secret", "sécret"] {
            #expect(!RequestCheck.isEqual(given, "secret"), "\(given)")
        }
    }

    @Test(arguments: ["127.0.0.1", "localhost", "::1", "127.3.2.1"])
    func loopbackNeedsNoLoginUnlessThereIsAPassword(host: String) {
        #expect(ConsoleSettings(host: host).login == .none)
        #expect(ConsoleSettings(host: host, password: "open sesame").login == .password("open sesame"))
    }

    @Test func beyondLoopbackThereIsALoginUnlessEverybodyMayLook() {
        // Names may lead anywhere, however they begin.
        for host in ["0.0.0.0", "127.lan", "127.0.0.1.evil.example", "127.0.0.256"] {
            #expect(ConsoleSettings(host: host).login == .link)
        }
        for host in ["127.0.0.1", "127.8.0.1", "localhost", "::1"] {
            #expect(ConsoleSettings(host: host).login == .none)
        }
        #expect(ConsoleSettings(host: "0.0.0.0", password: "open sesame").login == .password("open sesame"))
        #expect(ConsoleSettings(host: "0.0.0.0", isInsecureAllowed: true).login == .none)
    }

    @Test func overTLSAPageHasAnotherOrigin() throws {
        let check = RequestCheck(ConsoleSettings(port: 443), port: 443, isSecure: true, token: "secret")
        func isTaken(_ host: String, _ origin: String) -> Bool {
            (try? check.checkReading(["Host": host, "Origin": origin])) != nil
        }
        #expect(isTaken("localhost:443", "https://localhost:443"))
        #expect(isTaken("localhost", "https://localhost"))
        #expect(!isTaken("localhost", "http://localhost"))
    }

    @Test func whereThereAreKeysTheyAreTheLoginOnThisMachineToo() {
        #expect(ConsoleSettings(hasKeys: true).login == .keys)
        #expect(ConsoleSettings(host: "0.0.0.0", hasKeys: true).login == .keys)
        #expect(ConsoleSettings(hasKeys: true, isInsecureAllowed: true).login == .none)
    }
}
