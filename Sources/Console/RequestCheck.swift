import NIOHTTP1

/// Who may ask for what. A browser lets any web page send requests to this machine; what tells ours from theirs is the name
/// under which the console was called, where a page came from, and a token that only our own pages can read.
struct RequestCheck: Sendable {
    /// Why a request is refused.
    struct Refusal: Error, Hashable {
        var status: UInt
        /// One sentence for people.
        var message: String
    }

    /// The header that carries the token.
    static let tokenHeader = "X-Sluice-Token"

    /// The names under which the console may be called; any address in figures when it listens beyond this machine.
    private let hosts: Set<String>
    private let allowsAddresses: Bool
    private let scheme: String
    private let token: String

    /// - Parameters:
    ///   - token: what a page that was served by this process knows.
    ///   - port: the one that it listens on.
    ///   - isSecure: whether it speaks TLS.
    init(_ settings: ConsoleSettings, port: Int, isSecure: Bool = false, token: String) {
        let own = settings.host.contains(":") ? "[\(settings.host)]" : settings.host
        let names = ["127.0.0.1", "localhost", "[::1]", own].map { $0.lowercased() }
        // Browsers leave out the port that the scheme has by default.
        hosts = Set(names.map { "\($0):\(port)" } + (port == (isSecure ? 443 : 80) ? names : []))
        scheme = isSecure ? "https" : "http"
        allowsAddresses = !settings.isLoopback
        self.token = token
    }

    /// Checks a request that only looks.
    func checkReading(_ headers: HTTPHeaders) throws(Refusal) {
        // A name of somebody else's that leads here is a page's way around the browser's rule of one origin (DNS rebinding).
        guard let host = headers.first(name: "Host"), isOwn(host) else {
            throw Refusal(
                status: 403, message: "the console is not called by this name; open the address that sluice up prints")
        }
        if let origin = headers.first(name: "Origin"), origin.lowercased() != "\(scheme)://\(host.lowercased())" {
            throw Refusal(status: 403, message: "the console answers its own pages only, not those of \(origin)")
        }
    }

    /// Checks a request of somebody who has no page yet, and with it no token.
    func checkEntering(_ headers: HTTPHeaders) throws(Refusal) {
        try checkReading(headers)
        let type = headers.first(name: "Content-Type")?.prefix { $0 != ";" }
        guard type == "application/json" else {
            throw Refusal(status: 415, message: "send the request's body as application/json")
        }
    }

    /// Checks a request with a body, which may change something.
    func checkActing(_ headers: HTTPHeaders) throws(Refusal) {
        try checkEntering(headers)
        guard let given = headers.first(name: Self.tokenHeader), Self.isEqual(given, token) else {
            throw Refusal(
                status: 403, message: "the page is older than this run of sluice; load it again")
        }
    }

    private func isOwn(_ host: String) -> Bool {
        if hosts.contains(host.lowercased()) { return true }
        guard allowsAddresses else { return false }
        // Names can be made to lead anywhere, figures cannot.
        let name = host.prefix { $0 != ":" }
        return host.hasPrefix("[") || name.allSatisfy { $0.isNumber || $0 == "." }
    }

    /// Takes the same time whatever the secret is and wherever the first difference: only the given text's length counts.
    ///
    /// - Parameter secret: not empty.
    static func isEqual(_ given: String, _ secret: String) -> Bool {
        let (given, secret) = (Array(given.utf8), Array(secret.utf8))
        var difference: UInt8 = given.count == secret.count ? 0 : 1
        for place in given.indices { difference |= given[place] ^ secret[place % secret.count] }
        return difference == 0
    }

    /// A token of 256 bits that nobody can guess.
    static func makeToken() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<4).map { _ in
            let digits = String(generator.next() as UInt64, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}
