import Faults
import Gateway
import Tables

/// The faults of tables as the gateway asks for them.
struct TableFaults: RequestFaults {
    let injector: FaultInjector

    func fault(tables: [String], isWrite: Bool) -> RequestFault? {
        // Each table counts the request; the first one that has a fault for it decides.
        let drawn = tables.compactMap { injector.draw(.table, $0, isWrite ? .write : .read) }
        guard let rule = drawn.first else { return nil }
        switch rule.fault {
        case .throttle: return .throttled
        case .error: return .failed
        case .slow: return .slow(rule.delay)
        case .lostAnswer: return .answerLost
        case .storageError, .crash, .duplicateDelivery:
            preconditionFailure("a request has no fault \(rule.fault.rawValue)")
        }
    }
}

extension FaultInjector {
    /// The faults of tables' requests; nil when there are none for tables.
    var requestFaults: TableFaults? { concerns(.table) ? TableFaults(injector: self) : nil }

    /// The faults of tables as the store asks for them; nil when there are none for tables.
    var commitCheck: CommitCheck? {
        guard concerns(.table) else { return nil }
        return { [self] table in
            if let rule = draw(.table, table, .commit) { throw refusal(rule) }
        }
    }
}
