/// What a pipe can be connected to, by ARN: a template's resources, or those of a running engine.
public struct PipeEnds: Sendable {
    /// Where the ends are, and so how messages speak of them.
    enum Scope: Sendable { case template, engine }

    let scope: Scope
    /// Names of tables by the ARN of their stream. In a template the names are logical IDs.
    public var tables: [String: String] = [:]
    /// Names of functions by ARN.
    public var functions: [String: String] = [:]
    /// Names of queues by ARN.
    public var queues: [String: String] = [:]
    /// Names of FIFO queues.
    public var fifoQueues: Set<String> = []

    init(scope: Scope) { self.scope = scope }

    /// Those of a running engine, to be filled in.
    public init() { scope = .engine }

    /// All that a pipe is connected to, taken to be there. For reading what a pipe is to be, whatever has become of it.
    init(of properties: PipeProperties) {
        self.init(scope: .engine)
        for arn in properties.ends {
            switch arn.split(separator: ":", omittingEmptySubsequences: false).dropFirst(2).first {
            case "dynamodb": tables[arn] = arn
            case "lambda": functions[arn] = arn
            default: queues[arn] = arn
            }
        }
    }

    /// Where one of them has to be, for messages.
    var place: String { scope == .template ? "of this template" : "that is here" }

    /// An example of how to name one; only a template's author can follow it.
    func example(_ reference: String) -> String { scope == .template ? ", such as !GetAtt \(reference)" : "" }
}
