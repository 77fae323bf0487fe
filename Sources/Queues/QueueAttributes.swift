import Clocks

/// What GetQueueAttributes tells of a queue.
extension Queue {
    private static let measured = [
        "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesDelayed", "ApproximateNumberOfMessagesNotVisible",
        "CreatedTimestamp", "LastModifiedTimestamp", "QueueArn",
    ]

    /// Attributes by AWS's names, in the order of the names that are asked for; `All` stands for every one.
    ///
    /// - Throws: ``QueueError`` for a name that AWS does not have.
    public func attributes(_ names: [String]) throws(QueueError) -> [(name: String, value: String)] {
        let all = Self.measured + QueueSettings.names
        for name in names where name != "All" && !all.contains(name) { throw QueueSettings.unknown(name) }
        let wanted = names.contains("All") ? all : names
        let (counts, definition) = (counts(), definition)
        var told: Set<String> = []
        return wanted.compactMap { name in
            guard told.insert(name).inserted else { return nil }
            let value =
                switch name {
                case "ApproximateNumberOfMessages": String(counts.visible) as String?
                case "ApproximateNumberOfMessagesDelayed": String(counts.delayed)
                case "ApproximateNumberOfMessagesNotVisible": String(counts.notVisible)
                case "CreatedTimestamp": String(definition.createdAt.seconds)
                case "LastModifiedTimestamp": String(definition.lastModifiedAt.seconds)
                case "QueueArn": arn
                default: definition.settings.text(name)
                }
            return value.map { (name, $0) }
        }
    }
}
