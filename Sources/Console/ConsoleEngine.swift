public import Gateway

/// What the console asks of the engine that it shows.
public protocol ConsoleEngine: EngineControl {
    /// How everything stands: JSON texts by topic, such as `pipes/StandardOrderPipe`. Called several times a second while
    /// somebody looks, so it must not read much.
    func standing() throws -> [String: [UInt8]]
}
