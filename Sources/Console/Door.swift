import AccessKeys
import Clocks

/// Lets in who knows the secret, and knows those again whom it has let in.
///
/// Passwords are guessed slowly: after ``freeFailures`` wrong ones in a row, each further one must wait, whoever sends it. Who is in
/// stays in meanwhile.
struct Door {
    enum Answer: Equatable {
        /// - Parameter session: what the browser shows from now on: 256 bits.
        case entered(session: String)
        case wrong
        case wait(seconds: Int)
    }

    /// How long a browser is known. Ours: a working day.
    static let sessionDuration = Duration.seconds(12 * 3_600)
    /// Browsers that are known at a time; beyond that the oldest is forgotten.
    static let sessionsMax = 64
    /// Wrong secrets in a row that may follow each other at once.
    static let freeFailures = 5
    /// Between further ones.
    static let pause = Duration.seconds(5)

    /// Not empty.
    private(set) var secret: String
    /// Whether the secret is another one once it was used.
    let holdsOnce: Bool
    private var sessions: [(id: String, until: Timestamp, pass: KeyPass?)] = []
    private var failures = 0
    private var lastFailure: Timestamp?

    /// Nil where everybody may enter.
    init?(_ login: ConsoleLogin) {
        switch login {
        case .none: return nil
        case .password(let password): (secret, holdsOnce) = (password, false)
        case .link: (secret, holdsOnce) = (RequestCheck.makeToken(), true)
        // Nobody knows this one: there are keys in its place.
        case .keys: (secret, holdsOnce) = (RequestCheck.makeToken(), false)
        }
    }

    mutating func knock(_ given: String, at now: Timestamp) -> Answer {
        // Nobody guesses a link's 256 bits: it needs no pause, with which others could keep out who has it.
        if !holdsOnce, failures >= Self.freeFailures, let lastFailure {
            let passed = now - lastFailure
            // A clock that was set back must not shut the door for long.
            if passed >= .zero, passed < Self.pause {
                return .wait(seconds: Int((Self.pause - passed).microseconds + 999_999) / 1_000_000)
            }
        }
        guard RequestCheck.isEqual(given, secret) else {
            failures += 1
            lastFailure = now
            return .wrong
        }
        failures = 0
        if holdsOnce { secret = RequestCheck.makeToken() }
        return .entered(session: enter(nil, at: now))
    }

    /// Begins a session.
    ///
    /// - Parameter pass: of a key, where somebody has come in with one.
    mutating func enter(_ pass: KeyPass?, at now: Timestamp) -> String {
        sessions.removeAll { $0.until <= now }
        if sessions.count >= Self.sessionsMax { sessions.removeFirst() }
        let session = RequestCheck.makeToken()
        sessions.append((session, now + Self.sessionDuration, pass))
        return session
    }

    func knows(_ session: String, at now: Timestamp) -> Bool { index(of: session, at: now) != nil }

    /// What the one whose session this is has come in with; nil without a key.
    func pass(of session: String, at now: Timestamp) -> KeyPass? {
        index(of: session, at: now).flatMap { sessions[$0].pass }
    }

    private func index(of session: String, at now: Timestamp) -> Int? {
        sessions.firstIndex { $0.until > now && RequestCheck.isEqual(session, $0.id) }
    }

    mutating func forget(_ session: String) { sessions.removeAll { RequestCheck.isEqual(session, $0.id) } }
}
