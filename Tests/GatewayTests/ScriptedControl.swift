import Clocks
import Gateway
import Synchronization

/// An engine that answers as a test needs it.
final class ScriptedControl: EngineControl {
    struct Failure: Error, CustomStringConvertible { let description: String }

    private let described: Mutex<[PipeDescription]>

    private let refusals: [String: PipeRefusal]
    private let settings = Mutex("")

    /// - Parameter refusals: what is refused, by the pipe's name.
    init(pipes: [PipeDescription] = [], refusals: [String: PipeRefusal] = [:]) {
        described = Mutex(pipes)
        self.refusals = refusals
    }

    func report(_ path: [String]) async throws -> [UInt8]? {
        path == ["status"] ? Array(#"{"pipes":[]}"#.utf8) : nil
    }

    func perform(_ path: [String], _ body: [UInt8]) async throws -> [UInt8]? {
        switch path {
        case ["wrong"]: throw ControlError("mend it")
        case ["unknown"]: throw ControlError("not there", isUnknown: true)
        case ["broken"]: throw Failure(description: "the disk is full")
        default: Array("\(path) \(body.count)".utf8)
        }
    }

    var pipes: [PipeDescription] { described.withLock { $0 } }

    func createPipe(_ name: String, _ settings: [UInt8]) async throws -> PipeDescription {
        if let refusal = refusals[name] { throw refusal }
        return received(name, settings, state: "CREATING")
    }

    func updatePipe(_ name: String, _ settings: [UInt8]) async throws -> PipeDescription {
        if let refusal = refusals[name] { throw refusal }
        return received(name, settings, state: "UPDATING")
    }

    func deletePipe(_ name: String) async throws -> PipeDescription {
        try change(name) { pipe in
            pipe.desiredState = PipeDescription.deletedState
            pipe.currentState = "DELETING"
        }
    }

    func setPipe(_ name: String, runs: Bool) async throws -> PipeDescription {
        try change(name) { pipe in
            pipe.desiredState = runs ? "RUNNING" : "STOPPED"
            pipe.currentState = runs ? "STARTING" : "STOPPING"
        }
    }

    func tagPipe(_ name: String, adding: [String: String], removing: Set<String>) async throws {
        _ = try change(name) { pipe in
            pipe.tags = pipe.tags.filter { !removing.contains($0.key) }.merging(adding) { _, new in new }
        }
    }

    var functions: [FunctionDescription] { [] }
    func functionARN(_ name: String) -> String { "arn:aws:lambda:us-east-1:000000000000:function:\(name)" }
    func createFunction(_ name: String, _ settings: FunctionChange, zip: [UInt8]) async throws -> FunctionDescription {
        throw FunctionRefusal.exists
    }
    func updateFunction(_ name: String, _ settings: FunctionChange) async throws -> FunctionDescription {
        throw FunctionRefusal.unknown
    }
    func updateFunctionCode(_ name: String, zip: [UInt8]) async throws -> FunctionDescription {
        throw FunctionRefusal.unknown
    }
    func deleteFunction(_ name: String) async throws { throw FunctionRefusal.unknown }
    func invoke(_ function: String, _ event: [UInt8], traceHeader: String?) async throws -> FunctionAnswer {
        throw FunctionRefusal.unknown
    }
    func accept(_ function: String, _ event: [UInt8]) throws { throw FunctionRefusal.unknown }

    /// The settings that came last, as JSON.
    var lastSettings: String { settings.withLock { $0 } }

    private func received(_ name: String, _ json: [UInt8], state: String) -> PipeDescription {
        settings.withLock { $0 = String(decoding: json, as: UTF8.self) }
        return PipeDescription(
            name: name, arn: "arn:aws:pipes:us-east-1:000000000000:pipe/\(name)", desiredState: "RUNNING",
            currentState: state, sourceARN: "arn:s", targetARN: "arn:t", roleARN: "arn:r",
            createdAt: Timestamp(seconds: 1), changedAt: Timestamp(seconds: 2), sourceParametersJSON: Array("{}".utf8))
    }

    private func change(_ name: String, _ body: (inout PipeDescription) -> Void) throws -> PipeDescription {
        if let refusal = refusals[name] { throw refusal }
        return try described.withLock { pipes in
            guard let place = pipes.firstIndex(where: { $0.name == name }) else { throw PipeRefusal.unknown }
            body(&pipes[place])
            return pipes[place]
        }
    }
}
