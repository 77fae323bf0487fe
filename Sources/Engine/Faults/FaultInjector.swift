import Faults
import Foundation
import Logging
import Storage
import Synchronization

/// The one place where a running engine's faults are decided, counted and logged. What wraps functions, queues and the like
/// asks it before each call.
final class FaultInjector: Sendable {
    private let file: String
    private let plan: Mutex<FaultPlan>
    private let logger: Logger

    init(_ faults: FaultsFile, logger: Logger) {
        file = faults.file
        plan = Mutex(faults.plan)
        self.logger = logger
    }

    /// Whether any fault is for this resource, or for any of its kind: others need no wrapping.
    func concerns(_ kind: FaultyResource, _ name: String? = nil) -> Bool {
        plan.withLock { $0.concerns(kind, name) }
    }

    /// The fault for a call; nil when it is to go as ever.
    func draw(_ kind: FaultyResource, _ name: String, _ call: FaultyResource.Call) -> FaultRule? {
        guard let rule = plan.withLock({ $0.draw(kind, name, call) }) else { return nil }
        logger.debug(
            "a fault is injected",
            metadata: ["resource": "\(rule.logicalID)", "fault": "\(rule.fault.rawValue)", "place": "\(place(rule))"])
        return rule
    }

    /// `faults.yaml:4`.
    private func place(_ rule: FaultRule) -> String { "\(file):\(rule.line)" }

    /// What the caller is told of a fault that is a failure.
    func reason(_ rule: FaultRule) -> String {
        "The fault \(rule.fault.rawValue) of \(rule.logicalID) is injected (\(place(rule)))."
    }

    /// What a store that refuses a write says.
    func refusal(_ rule: FaultRule) -> StorageError {
        StorageError(.engine, "The store refused a write: \(reason(rule))")
    }

    /// What has become of each fault so far.
    var report: FaultsReport {
        let plan = plan.withLock { $0 }
        return FaultsReport(
            file: file, seed: plan.seed,
            faults: zip(plan.rules, plan.progress).map { rule, progress in
                FaultReport(
                    resource: rule.logicalID, kind: rule.kind.rawValue, fault: rule.fault, line: rule.line,
                    calls: progress.calls, injected: progress.injected)
            })
    }
}
