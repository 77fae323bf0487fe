/// What the paths below `/_sluice/` do.
public enum ControlPath {
    /// Whether a POST only looks: its body says at what. A path that is not known here is taken to change something.
    ///
    /// - Parameter parts: the path behind `/_sluice/`, percent-decoded.
    public static func onlyLooks(_ parts: [String]) -> Bool {
        switch (parts.count, parts.first, parts.last) {
        case (3, "pipes", "backtest"), (3, "pipes", "setbacks"), (3, "tables", "search"), (3, "tables", "changes"),
            (3, "tables", "trace"), (3, "queues", "peek"), (2, "filters", "explain"), (2, "dlq", "page"),
            (2, "logs", _), (3, "dashboards", "draw"), (3, "alarms", "history"), (2, "alarms", "draw"), (1, "cost", _):
            true
        default: false
        }
    }
}
