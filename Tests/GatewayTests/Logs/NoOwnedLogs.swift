import Logs

/// Nobody but clients writes logs.
struct NoOwnedLogs: OwnedLogs {
    var groups: [OwnedLogGroup] { [] }
}
