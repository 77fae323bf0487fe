import Synchronization
import Testing

@testable import AccessKeys

/// A key with the rights of a role.
struct RoleRightsTests {
    private static let arn = "arn:aws:sts::000000000000:assumed-role/worker/Worker"

    @Test func theRoleDecides() {
        let rights = AccessRights.role(
            RoleRights(holderARN: Self.arn) { action, resource in
                action == "a:B" && resource == "c" ? .allowed : .denied(.explicitDeny, remedy: "ask")
            })
        #expect(rights.allow("a:B", on: "c"))
        #expect(!rights.allow("a:B", on: "d") && !rights.allow("a:C", on: "c"))
    }

    @Test func whoHasTakenARoleOnIsNamedByIt() {
        let role = RoleRights(holderARN: Self.arn) { _, _ in .allowed }
        #expect(
            Caller(accessKeyID: "SLUIEXAMPLE", name: "Worker", rights: .role(role)).arn(accountID: "000000000000")
                == Self.arn)
    }

    @Test func refusalsAreToldInAWSsWords() {
        for (reason, text) in [
            (RoleRights.Reason.noIdentityPolicy, "because no identity-based policy allows the sqs:sendmessage action"),
            (.noBoundary, "because no permissions boundary allows the sqs:sendmessage action"),
            (.explicitDeny, "with an explicit deny in an identity-based policy"),
        ] {
            let rights = AccessRights.role(RoleRights(holderARN: Self.arn) { _, _ in .denied(reason, remedy: "") })
            #expect(rights.reason(against: "sqs:SendMessage", on: .named("q"), spelling: "sqs:sendmessage") == text)
        }
        #expect(
            AccessRights.statements([]).reason(against: "a:B", on: .named("*"), spelling: "a:B")
                == "because no identity-based policy allows the a:B action")
    }

    /// Names come from requests, so that what is kept of them must end somewhere.
    @Test func theSameCallIsJudgedOnceAndNamesWithoutEndAreForgotten() {
        let judged = Mutex(0)
        let role = RoleRights(holderARN: Self.arn) { _, _ in
            judged.withLock { $0 += 1 }
            return .allowed
        }
        for _ in 0..<10 { _ = role.answer(to: "a:B", on: "c") }
        #expect(judged.withLock { $0 } == 1)
        for number in 0..<1_024 { _ = role.answer(to: "a:B", on: "\(number)") }
        _ = role.answer(to: "a:B", on: "c")
        #expect(judged.withLock { $0 } == 1_026)
    }
}
