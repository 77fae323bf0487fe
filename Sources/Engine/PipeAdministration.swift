import Clocks
import Gateway
import Logging
import Permissions
import Pipes
import Stacks
import Storage
import Tables
import Telemetry

/// Makes, changes, switches and deletes pipes while they run. What is asked for is stored first and then done, one wish
/// after the other, so that what is stored is what is so.
struct PipeAdministration: Sendable {
    let pipes: RunningPipes
    let states: PipeStates
    let fitter: PipeFitter
    let stack: StackOptions
    /// Latency over all pipes.
    let latency = LatencyHistogram()
    let logger: Logger
    private let turnstile = Turnstile()

    init(pipes: RunningPipes, states: PipeStates, fitter: PipeFitter, stack: StackOptions, logger: Logger) {
        self.pipes = pipes
        self.states = states
        self.fitter = fitter
        self.stack = stack
        self.logger = logger
    }

    // MARK: At the start

    /// Adds the template's pipes, as the Pipes API has left them, and those that it has made.
    ///
    /// - Throws: what the store throws.
    func open(_ template: [PipeResource]) async throws {
        for entry in template { try await open(entry.name, entry) }
        let names = Set(template.map(\.name))
        for (name, _) in try states.all() where !names.contains(name) { try await open(name, nil) }
    }

    private func open(_ name: String, _ entry: PipeResource?) async throws {
        let known = try states.stored(name)
        var stored = try known ?? states.open(name)
        if stored.adopt(entry?.properties, now: states.time.now()) {
            try await fitter.checkpoints.removeAll(pipe: name)
        }
        if known == nil || known?.change != stored.change { try await states.save(stored, name) }
        guard let properties = stored.properties(template: entry?.properties) else { return }
        let resource = try stored.change == nil ? entry : read(name, properties)
        guard let resource else { return }
        try await add(resource, template: entry?.properties, stored)
        try warnOfFormerStreams(name)
    }

    private func streamARN(_ fitted: RunningPipe.Fitted) -> String? { try? fitted.get().definition.streamARN }

    private func warnOfFormerStreams(_ name: String) throws {
        guard let plan = pipes[name]?.plan, let stream = try? fitter.tables.table(plan.tableName).stream else { return }
        try FormerStreams(tables: fitter.tables, checkpoints: fitter.checkpoints).warn(
            ofPipe: name, on: stream, logger: logger)
    }

    /// Adds a pipe that has its place in the stream: what is written once this returns lies behind it.
    private func add(
        _ resource: PipeResource, template: PipeProperties?, _ stored: StoredPipe, isNew: Bool = false
    ) async throws {
        let observer = LatencyObserver(all: latency)
        let fitted = fit(resource, observer)
        if case .failure(let refusal) = fitted {
            var metadata: Logger.Metadata = ["pipe": "\(resource.name)", "reason": "\(refusal.message)"]
            metadata["remedy"] = refusal.remedy.map { .string($0) }
            logger.warning("a pipe cannot run", metadata: metadata)
        }
        warnOfDenials(fitted, resource.name)
        let controller = PipeController(
            name: resource.name, work: fitted.work,
            desired: stored.desiredState ?? (resource.isRunning ? .running : .stopped), isNew: isNew, logger: logger)
        try await controller.takePlaces()
        pipes.add(
            RunningPipe(
                controller: controller, latency: observer, template: template, resource: resource, fitted: fitted))
    }

    /// Says once what will fail again and again.
    private func warnOfDenials(_ fitted: RunningPipe.Fitted, _ name: String) {
        for denial in (try? fitted.get().denials) ?? [] {
            logger.warning(
                "a pipe's role does not allow what the pipe does",
                metadata: ["pipe": "\(name)", "reason": "\(denial.message)", "remedy": "\(denial.remedy)"])
        }
    }

    private func fit(_ resource: PipeResource, _ observer: LatencyObserver) -> RunningPipe.Fitted {
        do { return .success(try fitter.fit(resource, observer: observer)) } catch { return .failure(error) }
    }

    /// Whether a pipe that could run before cannot any more because its stream is its table's no longer: what that still
    /// holds is read to its end.
    private func isLeft(_ pipe: RunningPipe, for fitted: RunningPipe.Fitted) -> Bool {
        guard case .failure = fitted, let former = try? pipe.fitted.get() else { return false }
        return (try? fitter.tables.table(former.plan.tableName))?.stream?.arn != former.definition.streamARN
    }

    // MARK: Wishes

    /// - Throws: ``PipeRefusal``, and what the store throws.
    func create(_ name: String, _ properties: PipeProperties) async throws -> PipeDescription {
        try await turnstile.pass {
            guard pipes[name] == nil else { throw PipeRefusal.exists }
            let (resource, _) = try checked(name, properties, LatencyObserver(all: latency))
            let now = states.time.now()
            // A deletion that a template's entry has survived stays known, for the day when this pipe is deleted too.
            let before = try states.stored(name)
            let template = before?.change?.template
            let stored = StoredPipe(
                createdAt: now, changedAt: now, change: .init(template: template, properties: properties))
            // What a crash in the middle of a deletion has left would be taken for the new pipe's place.
            try await fitter.checkpoints.removeAll(pipe: name)
            try await states.save(stored, name)
            do {
                try await add(resource, template: template, stored, isNew: true)
            } catch {
                // What is answered with an error is not to be there after a restart.
                if let before { try? await states.save(before, name) } else { try? await states.remove(name) }
                throw error
            }
            return try description(try known(name), currentState: .creating)
        }
    }

    /// - Throws: ``PipeRefusal``, and what the store throws.
    func update(_ name: String, _ update: PipeProperties) async throws -> PipeDescription {
        try await turnstile.pass {
            let pipe = try known(name)
            let properties = pipe.resource.properties.updated(by: update)
            let (resource, fitted) = try checked(name, properties, pipe.latency)
            var stored = try states.open(name)
            if update.hasDesiredState { stored.desiredState = nil }
            stored.change = .init(template: pipe.template, properties: properties)
            stored.changedAt = states.time.now()
            try await states.save(stored, name)
            let updated = pipe.with(resource, fitted)
            pipes.replace(updated)
            warnOfDenials(fitted, name)
            pipe.controller.update(fitted.work, desired: stored.desiredState ?? updated.ownState)
            return try description(updated, currentState: .updating)
        }
    }

    /// - Throws: ``PipeRefusal``, and what the store throws.
    func delete(_ name: String) async throws -> PipeDescription {
        try await turnstile.pass {
            let pipe = try known(name)
            var answer = try description(pipe, currentState: .deleting)
            answer.desiredState = PipeDescription.deletedState
            if let template = pipe.template {
                var stored = try states.open(name)
                stored.desiredState = nil
                stored.change = .init(template: template)
                try await states.save(stored, name)
            } else {
                try await states.remove(name)
            }
            pipe.controller.delete()
            return answer
        }
    }

    /// - Throws: ``PipeRefusal``, and what the store throws.
    func set(_ name: String, _ state: PipeController.DesiredState) async throws -> PipeDescription {
        try await turnstile.pass {
            let pipe = try known(name)
            var stored = try states.open(name)
            // A wish for what the settings say is no wish of its own.
            stored.desiredState = state == pipe.ownState ? nil : state
            stored.changedAt = states.time.now()
            try await states.save(stored, name)
            switch (state, pipe.controller.currentState) {
            case (.stopped, _): pipe.controller.stop()
            case (.running, .running): pipe.controller.start()
            case (.running, _):
                // What was missing may be there by now, and what was there may be another: a table that was made again.
                let fitted = fit(pipe.resource, pipe.latency)
                guard !isLeft(pipe, for: fitted) else {
                    pipe.controller.start()
                    break
                }
                guard pipe.controller.update(fitted.work, desired: .running, isStart: true) else { break }
                pipes.replace(pipe.with(pipe.resource, fitted))
                warnOfDenials(fitted, name)
                if streamARN(fitted) != streamARN(pipe.fitted) { try warnOfFormerStreams(name) }
            }
            return try description(try known(name))
        }
    }

    /// - Throws: ``PipeRefusal``, and what the store throws.
    func tag(_ name: String, adding: [String: String], removing: Set<String>) async throws {
        try await turnstile.pass {
            let pipe = try known(name)
            let tags = pipe.resource.tags.filter { !removing.contains($0.key) }.merging(adding) { _, new in new }
            guard tags.count <= PipeResource.tagCountMax else { throw PipeRefusal.tooManyTags }
            let properties = pipe.resource.properties.tagged(tags)
            var stored = try states.open(name)
            stored.change = .init(template: pipe.template, properties: properties)
            try await states.save(stored, name)
            pipes.replace(pipe.with(try read(name, properties), pipe.fitted))
        }
    }

    /// A pipe that wishes may be about.
    private func known(_ name: String) throws(PipeRefusal) -> RunningPipe {
        guard let pipe = pipes[name] else { throw .unknown }
        guard !pipe.controller.isDeleted else { throw .isBeingDeleted }
        return pipe
    }

    // MARK: Settings

    /// Settings from a request, which must come to something that runs, or would if the role allowed it: that shows in the pipe's
    /// state, as on AWS.
    private func checked(
        _ name: String, _ properties: PipeProperties, _ observer: LatencyObserver
    ) throws(PipeRefusal) -> (PipeResource, RunningPipe.Fitted) {
        let resource: PipeResource
        do {
            resource = try PipeResource(name: name, arn: stack.pipeARN(name), properties, ends: fitter.ends)
        } catch {
            throw .invalid(error.diagnostics.map(\.message).joined(separator: "; "))
        }
        let fitted = fit(resource, observer)
        if case .failure(let refusal) = fitted, refusal.remedy == nil { throw .invalid(refusal.message) }
        return (resource, fitted)
    }

    /// Settings that were checked before, whatever has become of what they name.
    private func read(_ name: String, _ properties: PipeProperties) throws(EngineError) -> PipeResource {
        do { return try PipeResource(name: name, arn: stack.pipeARN(name), properties) } catch {
            let problems = error.diagnostics.map(\.message).joined(separator: "; ")
            throw EngineError(
                "The stored settings of the pipe \(name) are refused (\(problems)); run the version that stored them and delete the pipe."
            )
        }
    }

    // MARK: Descriptions

    /// - Parameter currentState: nil for the one it is in.
    func description(
        _ pipe: RunningPipe, currentState: PipeController.CurrentState? = nil
    ) throws -> PipeDescription {
        let (resource, controller, stored) = (pipe.resource, pipe.controller, try states.stored(pipe.name))
        let now = states.time.now()
        let streamARN = self.streamARN(pipe.fitted) ?? resource.sourceStreamARN
        var description = PipeDescription(
            name: pipe.name, arn: resource.arn,
            desiredState: controller.isDeleted ? PipeDescription.deletedState : controller.desiredState.rawValue,
            currentState: (currentState ?? controller.currentState).rawValue, sourceARN: streamARN,
            targetARN: resource.targetARN, roleARN: resource.roleARN, createdAt: stored?.createdAt ?? now,
            changedAt: stored?.changedAt ?? now, sourceParametersJSON: resource.sourceParametersJSON,
            enrichmentARN: resource.enrichmentFunctionARN,
            enrichmentParametersJSON: resource.enrichmentParametersJSON,
            targetParametersJSON: resource.targetParametersJSON, logConfigurationJSON: resource.logConfigurationJSON)
        description.description = resource.description
        description.kmsKeyIdentifier = resource.kmsKeyIdentifier
        description.stateReason = controller.stateReason
        description.tags = resource.tags
        return description
    }
}
