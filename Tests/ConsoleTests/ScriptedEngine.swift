import Console
import Gateway
import Synchronization

/// An engine that answers what a test has set, and notes what it was asked.
final class ScriptedEngine: ConsoleEngine {
    let topics = Mutex<[String: [UInt8]]>(["pipes/a": Array(#"{"read":1}"#.utf8)])
    let asked = Mutex<[String]>([])

    func standing() throws -> [String: [UInt8]] { topics.withLock { $0 } }

    func report(_ path: [String]) async throws -> [UInt8]? {
        asked.withLock { $0.append("report \(path.joined(separator: "/"))") }
        if path.last == "nothing" { throw ControlError("there is no pipe nothing", isUnknown: true) }
        return Array("{}".utf8)
    }

    func perform(_ path: [String], _ body: [UInt8]) async throws -> [UInt8]? {
        let request = "perform \(path.joined(separator: "/")) \(String(decoding: body, as: UTF8.self))"
        asked.withLock { $0.append(request) }
        if body.isEmpty { throw ControlError("the request's body is not understood") }
        return Array(#"{"done":true}"#.utf8)
    }

    func setPipe(_ name: String, runs: Bool) async throws -> PipeDescription {
        asked.withLock { $0.append("\(runs ? "start" : "stop") \(name)") }
        throw PipeRefusal.unknown
    }

    // What the console does not ask for.

    var pipes: [PipeDescription] { [] }
    var functions: [FunctionDescription] { [] }
    func functionARN(_ name: String) -> String { name }
    func createPipe(_ name: String, _ settings: [UInt8]) async throws -> PipeDescription { throw PipeRefusal.unknown }
    func updatePipe(_ name: String, _ settings: [UInt8]) async throws -> PipeDescription { throw PipeRefusal.unknown }
    func deletePipe(_ name: String) async throws -> PipeDescription { throw PipeRefusal.unknown }
    func tagPipe(_ name: String, adding: [String: String], removing: Set<String>) async throws {}
    func createFunction(_ name: String, _ settings: FunctionChange, zip: [UInt8]) async throws -> FunctionDescription {
        throw FunctionRefusal.unknown
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
}
