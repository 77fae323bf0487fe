import Gateway
import NIOHTTP1

/// What below `/api/` is asked of the engine. Only what a page needs is on the list, so that a new request of the engine's is not
/// open to pages by itself.
enum ConsoleRoute: Hashable {
    /// A report of the engine's.
    case report([String])
    /// A request with a body.
    case perform([String])
    /// The switch of a pipe.
    case setPipe(String, runs: Bool)

    /// Whether it changes something, or only looks.
    var changes: Bool {
        switch self {
        case .report: false
        case .setPipe: true
        case .perform(let path): !ControlPath.onlyLooks(path)
        }
    }

    /// - Parameter path: the parts behind `/api/`, percent-decoded.
    init?(_ method: HTTPMethod, _ path: [String]) {
        switch (method, path.count, path.first, path.last) {
        case (.GET, 2, "pipes", _), (.GET, 2, "dlq", _), (.GET, 1, "dashboards", _): self = .report(path)
        case (.POST, 3, "pipes", "start"): self = .setPipe(path[1], runs: true)
        case (.POST, 3, "pipes", "stop"): self = .setPipe(path[1], runs: false)
        case (.POST, 3, "pipes", "replay"), (.POST, 3, "pipes", "backtest"), (.POST, 3, "pipes", "setbacks"),
            (.POST, 3, "tables", "search"), (.POST, 3, "tables", "changes"), (.POST, 3, "tables", "trace"),
            (.POST, 3, "queues", "peek"), (.POST, 2, "filters", "explain"), (.POST, 2, "dlq", "redrive"),
            (.POST, 2, "dlq", "page"), (.POST, 2, "logs", _), (.POST, 3, "dashboards", "draw"),
            (.POST, 3, "alarms", "history"), (.POST, 2, "alarms", "draw"), (.POST, 1, "cost", _):
            self = .perform(path)
        default: return nil
        }
    }
}
