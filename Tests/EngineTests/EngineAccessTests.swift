import AccessKeys
import Clocks
import Foundation
import Functions
import Logging
import Testing

@testable import Engine

/// Who may use the gateway, as it is settled before anything runs.
struct EngineAccessTests {
    private func access(_ host: String?, _ access: EngineOptions.Access) throws -> EngineAccess {
        try EngineAccess(
            EngineOptions(
                templatePath: "", dataPath: "", endpoint: host.map { .init(host: $0, port: 0) }, access: access),
            time: ManualTime(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    @Test(arguments: ["127.0.0.1", "127.8.9.10", "localhost", "::1"]) func thisMachineNeedsNoKey(_ host: String) throws
    {
        let access = try access(host, .thisMachine)
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
