import AWSSignature
@testable import AccessKeys
import Clocks
import Synchronization
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

    /// What a caller with some rights is refused of one need.
    private func refusal(_ need: AccessGuard.Need, _ rights: AccessRights) throws -> AccessGuard.Refusal? {
        let (door, _) = try door()
        do throws(AccessGuard.Refusal) {
            try door.check(Caller(accessKeyID: "A", name: "a", rights: rights), has: [need])
            return nil
        } catch {
            return error
        }
    }

    private func role(_ judge: @escaping @Sendable (String, String) -> RoleRights.Answer) -> AccessRights {
        .role(RoleRights(holderARN: "arn:aws:sts::000000000000:assumed-role/worker/Worker", judge: judge))
    }

    /// A role may prohibit just what is meant; statements prohibit nothing.
    @Test func whatIsDoubtfulIsForNoRoleAndForKeysWithTheRightOnEverything() throws {
        let need = AccessGuard.Need("dynamodb:GetItem", doubt: "the request gives TableName twice; give it once")
        #expect(need.resource.name == "*")
        let everywhere = role { _, _ in .allowed }
        let caller = Caller(accessKeyID: "A", name: "a", rights: everywhere)
        #expect(
            try refusal(need, everywhere) == .denied(caller: caller, action: need.action, resource: need.resource))
        #expect(
            everywhere.reason(against: need.action, on: need.resource, spelling: need.action)
                == "because the request gives TableName twice; give it once")
        // What concerns no resource is no doubt.
        #expect(try refusal(AccessGuard.Need("dynamodb:DescribeLimits", on: "*"), everywhere) == nil)
        #expect(try refusal(need, .everything) == nil)
        #expect(try refusal(need, .statements([.init(allow: ["dynamodb:*"], on: ["*"])])) == nil)
        let some = AccessRights.statements([.init(allow: ["dynamodb:*"], on: ["arn:*"])])
        #expect(try refusal(need, some) != nil)
        #expect(
            some.reason(against: need.action, on: need.resource, spelling: need.action)
                == "because no identity-based policy allows the dynamodb:GetItem action")
    }

    /// Neither compared nor kept nor told at their length.
    @Test func whatIsLongerThanAnyNameIsDoubtfulAndNoRoleIsAskedAboutIt() throws {
        let asked = Mutex<[String]>([])
        let everywhere = role { action, resource in
            asked.withLock { $0 += [action, resource] }
            return .allowed
        }
        let (action, resource) = (String(repeating: "a", count: 128), String(repeating: "r", count: 2_048))
        #expect(try refusal(AccessGuard.Need(action, on: resource), everywhere) == nil)
        #expect(asked.withLock { $0 } == [action, resource])
        for need in [
            AccessGuard.Need(action, on: resource + "r"), AccessGuard.Need(action + "a", on: resource),
            AccessGuard.Need(action + "a", on: "*"),
        ] {
            #expect(need.action == action && need.resource.name == "*")
            #expect(try refusal(need, everywhere) != nil)
            let reason = everywhere.reason(against: need.action, on: need.resource, spelling: need.action)
            #expect(reason.contains(" in more than ") && reason.utf8.count < 100, "\(reason)")
            #expect(try refusal(need, .statements([.init(allow: ["a*"], on: ["r*"])])) != nil)
            #expect(try refusal(need, .statements([.init(allow: ["a*"], on: ["*"])])) == nil)
        }
        #expect(asked.withLock { $0.count } == 2)
    }

    // MARK: Secrets themselves

    private func pass(
        _ door: AccessGuard, _ id: String = "SLUIEXAMPLE", secret: String = SignedCall.secret,
        from address: String = "192.0.2.1"
    ) -> Result<KeyPass, AccessGuard.Refusal> {
        Result { () throws(AccessGuard.Refusal) in try door.admit(accessKeyID: id, secret: secret, from: address) }
    }

    @Test func aKeyAndItsSecretComeInAndNothingElse() throws {
        let others = [
            AccessKey(id: "REVOKED", secret: SignedCall.secret, name: "gone", revoked: SignedCall.time),
            AccessKey(id: "TOKEN", secret: SignedCall.secret, sessionToken: "token", name: "temporary"),
        ]
        let own = AccessKey(id: "SLUIOWN", secret: SignedCall.secret, name: "functions")
        let (door, folder) = try door([SignedCall.key] + others, own: [own])
        let pass = try pass(door).get()
        #expect(door.ring.caller(pass)?.name == "tester")
        #expect(!"\(pass)".contains(SignedCall.secret) && !String(reflecting: pass).contains(SignedCall.secret))
        let unknown = AccessGuard.Refusal.signature(.unknownAccessKey)
        for id in ["REVOKED", "TOKEN", "SLUIOWN", "NOBODY", ""] {
            #expect(self.pass(door, id) == .failure(unknown), "\(id)")
        }
        for secret in ["", SignedCall.secret + SignedCall.secret, String(SignedCall.secret.dropLast())] {
            #expect(self.pass(door, secret: secret) == .failure(unknown))
        }
        withExtendedLifetime(folder) {}
    }

    @Test func wrongSecretsAndWrongSignaturesHoldUpTogether() throws {
        let (door, folder) = try door()
        let wrong = SignedCall(secret: "another-secret-of-letters").request
        for _ in 0..<5 {
            #expect(refusal(door, wrong) == .signature(.mismatch))
            #expect(pass(door, secret: "x") == .failure(.signature(.unknownAccessKey)))
        }
        #expect(pass(door) == .failure(.heldUp(seconds: 1)))
        #expect(refusal(door, SignedCall().request) == .heldUp(seconds: 1))
        #expect((try? pass(door, from: "192.0.2.2").get()) != nil)
        time.advance(by: .seconds(1))
        #expect((try? pass(door).get()) != nil)
        // Who was right before goes on beside who guesses.
        for _ in 0..<30 { _ = pass(door, "NOBODY") }
        #expect((try? pass(door).get()) != nil)
        withExtendedLifetime(folder) {}
    }

    @Test func aPassHasTheRightsThatItsKeyHasByNow() throws {
        let (door, folder) = try door()
        let pass = try pass(door).get()
        var key = SignedCall.key
        func change(_ change: (inout AccessKey) -> Void) throws -> Caller? {
            change(&key)
            try CredentialsFile(keys: [key]).write(try folder.file())
            time.advance(by: .seconds(1))
            return door.ring.caller(pass)
        }
        #expect(door.ring.caller(pass)?.rights == .everything)
        #expect(try change { $0.rights = .statements([]) }?.rights == .statements([]))
        #expect(try change { $0.secret = "another-secret-of-letters" } == nil)
        #expect(try change { $0.secret = SignedCall.secret } != nil)
        #expect(try change { $0.revoked = SignedCall.time } == nil)
        #expect(try change { ($0.id, $0.revoked) = ("OTHER", nil) } == nil)
    }

    @Test func whereOnlyTheEnginesOwnKeysAreGoodTheOthersAreUnknown() throws {
        let own = AccessKey(id: "SLUIOWN", secret: SignedCall.secret, name: "functions")
        let (door, folder) = try door(own: [own])
        func refusal(_ call: SignedCall) -> AccessGuard.Refusal? {
            do throws(AccessGuard.Refusal) {
                _ = try door.admit(call.request, service: "dynamodb", from: "127.0.0.1", isOwnOnly: true)
                return nil
            } catch {
                return error
            }
        }
        #expect(refusal(SignedCall()) == .signature(.unknownAccessKey))
        #expect(refusal(SignedCall(id: "SLUIOWN")) == nil)
        #expect(refusal(SignedCall(id: "SLUIOWN", secret: "x")) == .signature(.mismatch))
        withExtendedLifetime(folder) {}
    }
}
