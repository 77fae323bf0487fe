import Clocks
import Pipes
import Stacks
import Telemetry

/// A pipe of a running engine: its settings, what they come to, and its switch.
struct RunningPipe: Sendable {
    /// What the settings come to, or why they come to nothing.
    typealias Fitted = Result<FittedPipe, PipePlan.Refusal>

    /// The same for as long as the pipe is there; settings come and go.
    let controller: PipeController
    let latency: LatencyObserver
    /// The template's entry of this name; nil for a pipe that the Pipes API has made.
    let template: PipeProperties?
    private(set) var resource: PipeResource
    private(set) var fitted: Fitted

    var name: String { controller.name }
    var plan: PipePlan? { try? fitted.get().plan }
    /// The way of a batch to the target; nil for a pipe that cannot run.
    var stages: PipeStages? { try? fitted.get().definition.stages }
    /// The state that the settings ask for.
    var ownState: PipeController.DesiredState { resource.isRunning ? .running : .stopped }

    init(
        controller: PipeController, latency: LatencyObserver, template: PipeProperties?, resource: PipeResource,
        fitted: Fitted
    ) {
        self.controller = controller
        self.latency = latency
        self.template = template
        self.resource = resource
        self.fitted = fitted
    }

    /// The same pipe with other settings.
    func with(_ resource: PipeResource, _ fitted: Fitted) -> RunningPipe {
        var pipe = self
        (pipe.resource, pipe.fitted) = (resource, fitted)
        return pipe
    }

    func report(now: Timestamp, _ counts: (PipeSnapshot) -> PipeCounts = { $0.counts }) -> PipeReport {
        let snapshot = controller.snapshot
        return PipeReport(
            snapshot, state: controller.currentState, reason: controller.stateReason,
            tableName: plan?.tableName, counts: counts(snapshot), latency: latency.own.summary, now: now)
    }

    /// Where from, where to, where failures go, and whether it runs.
    var line: String {
        guard let plan else {
            return "\(name) cannot run: \(controller.stateReason ?? "")"
        }
        let failures = plan.deadLetterQueueName.map { ", dead letters to \($0)" } ?? ", without a dead-letter queue"
        let stopped: String
        switch (controller.desiredState, ownState) {
        case (.running, _): stopped = ""
        case (.stopped, .running): stopped = "; stopped by `sluice pipes stop`"
        case (.stopped, .stopped): stopped = "; stopped, as its DesiredState says"
        }
        let way = [plan.tableName, name, plan.enrichmentName, plan.target.name]
        return way.compactMap { $0 }.joined(separator: " → ") + failures + stopped
    }
}

extension Result where Success == FittedPipe, Failure == PipePlan.Refusal {
    /// For the pipe's switch.
    var work: PipeWork {
        switch self {
        case .success(let fitted): .ready(fitted.definition)
        case .failure(let refusal): .missing(refusal.message)
        }
    }
}
