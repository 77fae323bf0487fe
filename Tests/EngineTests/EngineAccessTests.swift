import AccessKeys
import Clocks
import Console
import Foundation
import Functions
import Logging
import Testing

@testable import Engine

/// Who may use the gateway, as it is settled before anything runs.
struct EngineAccessTests {
    private func access(
        _ host: String?, _ access: EngineOptions.Access, _ transport: EngineOptions.Transport = .plain,
        console: String? = nil
    ) throws -> EngineAccess {
        try EngineAccess(
            EngineOptions(
                templatePath: "", dataPath: "", endpoint: host.map { .init(host: $0, port: 0) }, access: access,
                transport: transport, console: console.map { ConsoleSettings(host: $0) }),
            time: ManualTime(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    @Test(arguments: ["127.0.0.1", "127.8.9.10", "localhost", "::1"]) func thisMachineNeedsNoKey(_ host: String) throws
    {
        let access = try access(host, .thisMachine, .plainOnThisMachine, console: host)
        #expect(access.keyCount == nil)
        #expect(access.functionCredentials == .unchecked)
    }

    @Test(arguments: ["0.0.0.0", "::", "192.0.2.1", "127.example.com", "127.0.0.1.example.com", "127.0.0", ""])
    func beyondItThereAreKeysOrEverybodyIsLetInByName(_ host: String) throws {
        let error = #expect(throws: EngineError.self) { try access(host, .thisMachine) }
        #expect(error?.description.contains("--credentials FILE") == true)
        #expect(error?.description.contains("--insecure-unsigned") == true)
        #expect(try access(host, .everybody).keyCount == nil)
    }

    private func withKeys(_ body: (EngineOptions.Access) throws -> Void) throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("keys-\(UUID()).json").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try CredentialsFile(keys: []).write(path)
        try body(.keys(path: path))
    }

    @Test(arguments: ["0.0.0.0", "::", "192.0.2.1", "shop.example"])
    func beyondItThereIsTLSOrPlainTextByName(_ host: String) throws {
        try withKeys { keys in
            for who in [keys, .everybody] {
                let error = #expect(throws: EngineError.self) { try access(host, who, .plainOnThisMachine) }
                for word in ["The address \(host) ", "--tls-certificate", "--tls-development", "--insecure-plaintext"] {
                    #expect(error?.description.contains(word) == true)
                }
                for transport in [
                    EngineOptions.Transport.plain, .developmentCertificate, .certificate(path: "a", keyPath: "b"),
                ] {
                    _ = try access(host, who, transport, console: host)
                }
            }
            // TLS lets nobody in.
            #expect(throws: EngineError.self) { try access(host, .thisMachine, .developmentCertificate) }
        }
    }

    @Test func theConsoleIsNoExceptionWhereTheEndpointStaysHere() {
        let error = #expect(throws: EngineError.self) {
            try access("127.0.0.1", .thisMachine, .plainOnThisMachine, console: "0.0.0.0")
        }
        #expect(error?.description.hasPrefix("The console's address 0.0.0.0 ") == true)
        #expect(error?.description.contains("--insecure-plaintext") == true)
        #expect(throws: Never.self) { try access("127.0.0.1", .thisMachine, .plain, console: "0.0.0.0") }
    }

    @Test func withAFileTheFunctionsHaveAKeyOfTheirOwn() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("keys-\(UUID()).json").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let key = AccessKey(id: "SLUIEXAMPLE", secret: "a-secret-of-enough-letters", name: "me")
        try CredentialsFile(keys: [key]).write(path)
        let (first, second) = (try access("0.0.0.0", .keys(path: path)), try access(nil, .keys(path: path)))
        #expect(first.keyCount == 1)
        let credentials = first.functionCredentials
        #expect(first.ring?.isOwn(credentials.accessKeyID) == true)
        #expect(first.ring?.isOwn("SLUIEXAMPLE") == false)
        #expect(!credentials.sessionToken.isEmpty)
        // Another one at each start, and never in the file.
        #expect(credentials.secretAccessKey != second.functionCredentials.secretAccessKey)
        #expect(try CredentialsFile.read(path).keys == [key])
        #expect(!"\(credentials)".contains(credentials.secretAccessKey))
    }

    @Test func aFileThatCannotBeUsedStopsTheStart() {
        #expect(throws: CredentialsError.self) { try access("127.0.0.1", .keys(path: "/nowhere/keys.json")) }
    }

    @Test func functionsFindAnEngineThatListensOnEveryAddress() {
        #expect(EngineOptions.Endpoint(host: "0.0.0.0").ownHost == "127.0.0.1")
        #expect(EngineOptions.Endpoint(host: "::").ownHost == "::1")
        #expect(EngineOptions.Endpoint(host: "192.0.2.1").ownHost == "192.0.2.1")
    }
}
