import AWSSignature
@testable import AccessKeys
import Clocks
import Foundation
import Synchronization
import Testing

struct KeyRingTests {
    private let time = ManualTime(start: SignedCall.time)

    private func refusal(
        _ ring: KeyRing, _ call: SignedCall, service: String = "dynamodb", region: String? = nil
    ) -> SignatureRefusal? {
        do throws(SignatureRefusal) {
            let request = call.request
            _ = try ring.verify(request, try request.claim(), service: service, region: region)
            return nil
        } catch {
            return error
        }
    }

    @Test func whoSignsRightlyIsKnownByName() throws {
        let ring = try KeyRing(path: nil, own: [SignedCall.key], time: time)
        let request = SignedCall().request
        let caller = try ring.verify(request, try request.claim(), service: "dynamodb")
        #expect(caller == Caller(accessKeyID: "SLUIEXAMPLE", name: "tester", rights: .everything))
        #expect(caller.arn(accountID: "000000000000") == "arn:aws:iam::000000000000:user/tester")
    }

    @Test func keysOfTheEnginesOwnComeAndGo() throws {
        let ring = try KeyRing(path: nil, time: time)
        #expect(refusal(ring, SignedCall()) == .unknownAccessKey)
        ring.add(own: SignedCall.key)
        #expect(ring.isOwn("SLUIEXAMPLE") && ring.count == 0)
        #expect(refusal(ring, SignedCall()) == nil)
        ring.remove(own: "SLUIEXAMPLE")
        #expect(!ring.isOwn("SLUIEXAMPLE"))
        #expect(refusal(ring, SignedCall()) == .unknownAccessKey)
        // Another secret of the same name is not compared with the signing key of the first.
        ring.add(own: AccessKey(id: "SLUIEXAMPLE", secret: "another-secret-of-letters", name: "other"))
        #expect(refusal(ring, SignedCall()) == .mismatch)
        #expect(refusal(ring, SignedCall(secret: "another-secret-of-letters")) == nil)
    }

    @Test func everyOtherSecretServiceAndRegionIsRefused() throws {
        let ring = try KeyRing(path: nil, own: [SignedCall.key], time: time)
        #expect(refusal(ring, SignedCall(secret: "another-secret-of-letters")) == .mismatch)
        #expect(refusal(ring, SignedCall(id: "SLUIOTHER")) == .unknownAccessKey)
        #expect(
            refusal(ring, SignedCall(service: "sqs"))
                == .invalid("Credential should be scoped to correct service: 'dynamodb'. "))
        #expect(refusal(ring, SignedCall(region: "eu-west-1")) == nil)
        #expect(
            refusal(ring, SignedCall(region: "eu-west-1"), region: "us-east-1")
                == .invalid("Credential should be scoped to a valid region, not 'eu-west-1'. "))
    }

    @Test func aSessionTokenBelongsToItsKeyAlone() throws {
        var temporary = SignedCall.key
        temporary.sessionToken = "token"
        let ring = try KeyRing(path: nil, own: [temporary], time: time)
        #expect(refusal(ring, SignedCall(token: "token")) == nil)
        for token in [nil, "", "Token", "tokentoken", "toke"] as [String?] {
            #expect(refusal(ring, SignedCall(token: token)) == .unknownAccessKey, "\(token ?? "none")")
        }
        let plain = try KeyRing(path: nil, own: [SignedCall.key], time: time)
        #expect(refusal(plain, SignedCall(token: "token")) == .unknownAccessKey)
    }

    @Test func theClockDecidesHowLongARequestIsGood() throws {
        let ring = try KeyRing(path: nil, own: [SignedCall.key], time: time)
        time.advance(by: .seconds(300))
        #expect(refusal(ring, SignedCall()) == nil)
        time.advance(by: .seconds(1))
        guard case .invalid(let text)? = refusal(ring, SignedCall()) else {
            Issue.record("it has expired")
            return
        }
        #expect(text.hasPrefix("Signature expired: "))
        #expect(refusal(ring, SignedCall(time: time.now())) == nil)
        time.set(by: .seconds(-900))
        #expect(refusal(ring, SignedCall(time: time.now())) == nil)
    }

    @Test func aChangedFileIsTakenWithinASecondAndNotLookedAtMoreOften() throws {
        let folder = try TemporaryFolder()
        let path = try folder.file()
        try CredentialsFile(keys: [SignedCall.key]).write(path)
        let ring = try KeyRing(path: path, time: time)
        #expect(ring.count == 1 && refusal(ring, SignedCall()) == nil)
        // Another secret, then none.
        var changed = SignedCall.key
        changed.secret = "another-secret-of-letters"
        try CredentialsFile(keys: [changed]).write(path)
        #expect(refusal(ring, SignedCall()) == nil)
        time.advance(by: .seconds(1))
        #expect(refusal(ring, SignedCall()) == .mismatch)
        #expect(refusal(ring, SignedCall(secret: changed.secret)) == nil)
        _ = try CredentialsFile.change(path) { file throws(CredentialsError) in
            try file.revoke("SLUIEXAMPLE", now: time.now())
        }
        time.advance(by: .seconds(1))
        #expect(refusal(ring, SignedCall(secret: changed.secret)) == .unknownAccessKey)
        #expect(ring.count == 0)
        // A clock that is set back does not keep it from looking.
        try CredentialsFile(keys: [SignedCall.key]).write(path)
        time.set(by: .seconds(-100))
        #expect(refusal(ring, SignedCall()) == nil)
    }

    @Test func aFileThatCannotBeUsedLeavesTheKeysAndIsToldOnce() throws {
        let folder = try TemporaryFolder()
        let path = try folder.file()
        try CredentialsFile(keys: [SignedCall.key]).write(path)
        let complaints = Complaints()
        let ring = try KeyRing(path: path, time: time) { complaints.add("\($0)") }
        _ = try folder.file("keys.json", "{", mode: 0o600)
        for _ in 0..<3 {
            time.advance(by: .seconds(1))
            #expect(refusal(ring, SignedCall()) == nil)
        }
        #expect(complaints.all.count == 1 && complaints.all[0].contains("is no JSON object"))
        try FileManager.default.removeItem(atPath: path)
        time.advance(by: .seconds(1))
        #expect(refusal(ring, SignedCall()) == nil)
        #expect(complaints.all.count == 2 && complaints.all[1].hasPrefix("There is no credentials file"))
        try CredentialsFile(keys: []).write(path)
        time.advance(by: .seconds(1))
        #expect(refusal(ring, SignedCall()) == .unknownAccessKey)
        #expect(complaints.all.count == 2)
    }

    @Test func manyRegionsDoNotMakeItForgetHowToCheck() throws {
        let ring = try KeyRing(path: nil, own: [SignedCall.key], time: time)
        for number in 0..<600 { #expect(refusal(ring, SignedCall(region: "r-\(number)")) == nil) }
        #expect(refusal(ring, SignedCall()) == nil)
    }

    @Test func withoutAUsableFileThereIsNoRing() throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("k", "{}", mode: 0o644)
        #expect(throws: CredentialsError.self) { try KeyRing(path: path, time: time) }
    }
}

private final class Complaints: Sendable {
    private let texts = Mutex<[String]>([])
    var all: [String] { texts.withLock { $0 } }
    func add(_ text: String) { texts.withLock { $0.append(text) } }
}
