/// Something that PutDashboard has to say about a dashboard's body.
public struct DashboardMessage: Hashable, Sendable, CustomStringConvertible {
    /// Where it is, as a JSON pointer: `/widgets/0/properties/metrics/1`.
    public var dataPath: String
    public var message: String
    /// Whether the body is refused because of it; a warning names what is not drawn.
    public var isError: Bool

    public var description: String { "\(dataPath): \(message)" }
}

/// A body, read.
public struct DashboardReading: Sendable {
    /// Nil when one of the messages is an error.
    public let dashboard: Dashboard?
    /// In the order of the body; at most 100 errors and 100 warnings.
    public let messages: [DashboardMessage]
    /// Of all.
    public let errorCount: Int

    init(_ dashboard: Dashboard?, _ reader: BodyReader) {
        self.dashboard = reader.errorCount == 0 ? dashboard : nil
        messages = reader.messages
        errorCount = reader.errorCount
    }

    /// The message of AWS's error `InvalidParameterInput`; nil for a body that is taken.
    public var refusal: String? {
        let errors = messages.filter(\.isError)
        guard let first = errors.first else { return nil }
        if first.dataPath.isEmpty { return first.message }
        return "The dashboard body is invalid, there are \(errorCount) validation errors: "
            + (errors.map(\.description) + (errorCount > errors.count ? ["..."] : [])).joined(separator: "; ")
    }
}
