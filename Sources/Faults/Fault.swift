/// What can be made to go wrong.
public enum Fault: String, CaseIterable, Sendable, Codable {
    /// The call is refused as one too many, and nothing has happened.
    case throttle
    /// The call fails, and nothing has happened.
    case error
    /// What is asked for happens, and its answer comes later.
    case slow
    /// The function's process is killed in the middle of an event.
    case crash
    /// What is asked for happens, and its answer is lost: the caller sees a failure.
    case lostAnswer
    /// The same event is handed over twice.
    case duplicateDelivery
    /// The store refuses what is to be written.
    case storageError
}

/// The kinds of resources that faults are injected into.
public enum FaultyResource: String, CaseIterable, Sendable {
    case function, queue, table, pipe

    /// What is asked of a resource.
    public enum Call: Sendable, Hashable {
        /// An event for a function.
        case invocation
        /// A message for a queue.
        case send
        /// A request that reads items of a table.
        case read
        /// A request that writes items of a table.
        case write
        /// One change of an item, about to be written with others.
        case commit
        /// A pipe's place in its stream, about to be saved.
        case save
    }

    /// The faults that have a meaning for this kind.
    public var faults: [Fault] { Fault.allCases.filter { !calls(for: $0).isEmpty } }

    /// The calls that a fault may befall; none when it has no meaning for this kind.
    func calls(for fault: Fault) -> [Call] {
        switch (self, fault) {
        case (.function, .storageError): []
        case (.function, _): [.invocation]
        case (.queue, .throttle), (.queue, .error), (.queue, .storageError): [.send]
        case (.table, .throttle), (.table, .error), (.table, .slow): [.read, .write]
        case (.table, .lostAnswer): [.write]
        case (.table, .storageError): [.commit]
        case (.pipe, .storageError): [.save]
        case (.queue, _), (.table, _), (.pipe, _): []
        }
    }
}
