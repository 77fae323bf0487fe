import Clocks
import Gateway
import Synchronization

/// An engine that answers as a test needs it.
final class ScriptedControl: EngineControl {
    struct Failure: Error, CustomStringConvertible { let description: String }

    private let described: Mutex<[PipeDescription]>

    init(pipes: [PipeDescription] = []) { described = Mutex(pipes) }

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

    func setPipe(_ name: String, runs: Bool) async throws -> PipeDescription? {
        described.withLock { pipes in
            guard let place = pipes.firstIndex(where: { $0.name == name }) else { return nil }
            pipes[place].desiredState = runs ? "RUNNING" : "STOPPED"
            pipes[place].currentState = runs ? "STARTING" : "STOPPING"
            return pipes[place]
        }
    }
}
