import AWSSignature
@testable import AccessKeys
import Clocks
import Testing

struct AccessGuardTests {
    private let time = ManualTime(start: SignedCall.time)

    private func door(_ keys: [AccessKey] = [SignedCall.key], own: [AccessKey] = []) throws -> (
        AccessGuard, TemporaryFolder
    ) {
        let folder = try TemporaryFolder()
        try CredentialsFile(keys: keys).write(try folder.file())
        return (
            AccessGuard(ring: try KeyRing(path: try folder.file(), own: own, time: time), time: time), folder
        )
    }

    private func refusal(
        _ door: AccessGuard, _ request: SignedRequest, from address: String = "192.0.2.1"
    ) -> AccessGuard.Refusal? {
        do throws(AccessGuard.Refusal) {
            _ = try door.admit(request, service: "dynamodb", from: address)
            return nil
        } catch {
            return error
        }
    }

    @Test func tenWrongSignaturesHoldUpAlsoARightOneUntilTheTimeIsOver() throws {
        let (door, folder) = try door()
        let wrong = SignedCall(secret: "another-secret-of-letters").request
        for _ in 0..<10 { #expect(refusal(door, wrong) == .signature(.mismatch)) }
        #expect(refusal(door, wrong) == .heldUp(seconds: 1))
        #expect(refusal(door, SignedCall().request) == .heldUp(seconds: 1))
        #expect(refusal(door, SignedCall().request, from: "192.0.2.2") == nil)
        time.advance(by: .seconds(1))
        #expect(refusal(door, SignedCall().request) == nil)
        withExtendedLifetime(folder) {}
    }

    @Test func unknownKeysAndBrokenHeadersCountAsWellButNotRequestsWithoutASignature() throws {
        let (door, folder) = try door()
        var unsigned = SignedCall().request
        unsigned.headers.removeAll { $0.name == "Authorization" }
        for _ in 0..<50 { #expect(refusal(door, unsigned) == .signature(.missing)) }
        for number in 0..<5 {
            #expect(refusal(door, SignedCall(id: "OTHER\(number)").request) == .signature(.unknownAccessKey))
            var broken = unsigned
            broken.headers.append(("Authorization", "Basic \(number)"))
            #expect(refusal(door, broken) == .signature(.incomplete("Unsupported AWS 'algorithm': 'Basic'.")))
        }
        #expect(refusal(door, SignedCall().request) == .heldUp(seconds: 1))
        // What is broken meanwhile makes nobody wait longer.
        unsigned.headers.append(("Authorization", "Basic x"))
        for _ in 0..<50 { #expect(refusal(door, unsigned) != nil) }
        time.advance(by: .seconds(1))
        #expect(refusal(door, SignedCall().request) == nil)
        withExtendedLifetime(folder) {}
    }

    @Test func aWrongClockOrServiceIsNoGuess() throws {
        let (door, folder) = try door()
        for _ in 0..<50 {
            #expect(refusal(door, SignedCall(time: time.now() - .seconds(400)).request) != nil)
            #expect(refusal(door, SignedCall(service: "sqs").request) != nil)
        }
        #expect(refusal(door, SignedCall().request) == nil)
        withExtendedLifetime(folder) {}
    }

    @Test func theEnginesOwnKeysAreNeverHeldUp() throws {
        let own = AccessKey(id: "SLUIOWN", secret: SignedCall.secret, name: "functions")
        let (door, folder) = try door(own: [own])
        for _ in 0..<30 { _ = refusal(door, SignedCall(id: "OTHER").request) }
        #expect(refusal(door, SignedCall().request) != nil)
        #expect(refusal(door, SignedCall(id: "SLUIOWN").request) == nil)
        withExtendedLifetime(folder) {}
    }

    @Test func aKeyNeedsAllRightsOfARequest() throws {
        let rights = AccessRights.statements([.init(allow: ["dynamodb:*Item"], on: ["arn:*:table/A"])])
        let caller = Caller(accessKeyID: "A", name: "a", rights: rights)
        let (door, _) = try door()
        let first = AccessGuard.Need("dynamodb:PutItem", on: "arn:x:table/A")
        let second = AccessGuard.Need("dynamodb:PutItem", on: "arn:x:table/B")
        try door.check(caller, has: [first])
        try door.check(caller, has: [])
        #expect(throws: AccessGuard.Refusal.denied(caller: caller, action: second.action, resource: second.resource)) {
            try door.check(caller, has: [first, second])
        }
    }
}
