import Clocks
import Testing

@testable import Console

/// Who is let in, and how fast secrets can be guessed.
@Suite struct DoorTests {
    private static let start = Timestamp(seconds: 1_700_000_000)

    private static func door(_ login: ConsoleLogin = .password("open sesame")) throws -> Door {
        try #require(Door(login))
    }

    private static func session(_ answer: Door.Answer) throws -> String {
        guard case .entered(let session) = answer else { throw Unexpected(answer: answer) }
        return session
    }

    private struct Unexpected: Error { let answer: Door.Answer }

    @Test func whoKnowsThePasswordIsKnownForAWorkingDay() throws {
        var door = try Self.door()
        let session = try Self.session(door.knock("open sesame", at: Self.start))
        #expect(session.count == 64)
        #expect(door.knows(session, at: Self.start))
        #expect(door.knows(session, at: Self.start + Door.sessionDuration - .seconds(1)))
        #expect(!door.knows(session, at: Self.start + Door.sessionDuration))
        for other in ["", "open sesame", String(session.dropLast())] { #expect(!door.knows(other, at: Self.start)) }
        door.forget(session)
        #expect(!door.knows(session, at: Self.start))
        #expect(Door(.none) == nil)
    }

    @Test func aLinkHoldsOnce() throws {
        var door = try Self.door(.link)
        let first = door.secret
        let session = try Self.session(door.knock(first, at: Self.start))
        #expect(door.knock(first, at: Self.start) == .wrong)
        #expect(door.secret != first)
        _ = try Self.session(door.knock(door.secret, at: Self.start))
        #expect(door.knows(session, at: Self.start))
    }

    /// Or whoever reaches the port could keep out the one who has the link.
    @Test func aLinkNeedsNoPause() throws {
        var door = try Self.door(.link)
        for number in 0...Door.freeFailures { #expect(door.knock("\(number)", at: Self.start) == .wrong) }
        _ = try Self.session(door.knock(door.secret, at: Self.start))
    }

    @Test func guessesAreSlowAndWhoIsInStaysIn() throws {
        var door = try Self.door()
        let session = try Self.session(door.knock("open sesame", at: Self.start))
        for number in 0..<Door.freeFailures { #expect(door.knock("\(number)", at: Self.start) == .wrong) }
        #expect(door.knock("open sesame", at: Self.start) == .wait(seconds: 5))
        #expect(door.knock("x", at: Self.start + .milliseconds(4_100)) == .wait(seconds: 1))
        #expect(door.knows(session, at: Self.start))
        let later = Self.start + Door.pause
        #expect(door.knock("x", at: later) == .wrong)
        #expect(door.knock("open sesame", at: later) == .wait(seconds: 5))
        _ = try Self.session(door.knock("open sesame", at: later + Door.pause))
        // All is forgiven.
        #expect(door.knock("x", at: later + Door.pause) == .wrong)
        _ = try Self.session(door.knock("open sesame", at: later + Door.pause))
    }

    @Test func aClockThatIsSetBackDoesNotShutTheDoor() throws {
        var door = try Self.door()
        for _ in 0..<Door.freeFailures { _ = door.knock("x", at: Self.start) }
        _ = try Self.session(door.knock("open sesame", at: Self.start - .seconds(3_600)))
    }

    @Test func sessionsAreBoundedAndTheOldestGoes() throws {
        var door = try Self.door()
        let sessions = try (0...Door.sessionsMax).map { _ in
            try Self.session(door.knock("open sesame", at: Self.start))
        }
        #expect(!door.knows(sessions[0], at: Self.start))
        #expect(sessions.dropFirst().allSatisfy { door.knows($0, at: Self.start) })
    }
}
