import Deployment
import Foundation
import Synchronization

/// An AWS CLI that gives prepared answers and notes what it was asked.
final class ScriptedAWS: Sendable {
    private struct State {
        var answers: [(command: String, outcomes: [ProgramOutcome])]
        var asked: [[String]] = []
    }

    private let state: Mutex<State>

    /// - Parameter answers: of each command, given by its first two words, what it answers one time after the other; the last
    ///   answer is given again and again. A command that is not named answers with nothing.
    init(_ answers: [(String, [ProgramOutcome])]) {
        state = Mutex(State(answers: answers.map { (command: $0.0, outcomes: $0.1) }))
    }

    var commandLine: AWSCommandLine {
        AWSCommandLine(region: "eu-central-1", environment: [:]) { arguments, _ in self.answer(arguments) }
    }

    /// The first two words of each command that was run.
    var asked: [String] { state.withLock { $0.asked.map { $0.prefix(2).joined(separator: " ") } } }

    /// All words of the first such command.
    func arguments(_ command: String) -> [String] {
        state.withLock { $0.asked.first { $0.prefix(2).joined(separator: " ") == command } ?? [] }
    }

    private func answer(_ arguments: [String]) -> ProgramOutcome {
        state.withLock { state in
            state.asked.append(arguments)
            let command = arguments.prefix(2).joined(separator: " ")
            guard let index = state.answers.firstIndex(where: { $0.command == command }) else {
                return ProgramOutcome(status: 0)
            }
            let outcome = state.answers[index].outcomes[0]
            if state.answers[index].outcomes.count > 1 { state.answers[index].outcomes.removeFirst() }
            return Self.cut(outcome, to: arguments)
        }
    }

    /// As many events as `--max-items` asks for.
    private static func cut(_ outcome: ProgramOutcome, to arguments: [String]) -> ProgramOutcome {
        guard let name = arguments.firstIndex(of: "--max-items"), let most = Int(arguments[name + 1]),
            let answer = try? JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: [Any]],
            let data = try? JSONSerialization.data(withJSONObject: answer.mapValues { Array($0.prefix(most)) })
        else { return outcome }
        return .answer(String(decoding: data, as: UTF8.self))
    }
}

extension ProgramOutcome {
    static func answer(_ json: String) -> ProgramOutcome { ProgramOutcome(status: 0, output: json) }

    static func error(_ code: String, _ message: String) -> ProgramOutcome {
        ProgramOutcome(
            status: 254, errors: "\nAn error occurred (\(code)) when calling the Any operation: \(message)\n")
    }

    static let noStack = ProgramOutcome.error("ValidationError", "Stack with id sluice does not exist")

    /// What happened to the stack itself, newest first; the oldest event has the number 1.
    static func events(_ statuses: [String]) -> ProgramOutcome {
        let events = statuses.enumerated().map { index, status in
            #"{"EventId":"\#(statuses.count - index)","LogicalResourceId":"sluice","#
                + #""ResourceType":"AWS::CloudFormation::Stack","ResourceStatus":"\#(status)"}"#
        }
        return .answer(#"{"StackEvents":[\#(events.joined(separator: ","))]}"#)
    }

    static func stack(_ status: String, outputs: String = "[]", parameters: [String: String] = [:]) -> ProgramOutcome {
        let parameters = parameters.map { #"{"ParameterKey":"\#($0)","ParameterValue":"\#($1)"}"# }
        return .answer(
            #"{"Stacks":[{"StackId":"arn:stack","StackName":"sluice","StackStatus":"\#(status)","Outputs":\#(outputs),"#
                + #""Parameters":[\#(parameters.joined(separator: ","))]}]}"#
        )
    }
}

/// A user who gives prepared answers; notes what is said.
final class ScriptedUser: Sendable {
    private let lines = Mutex<[String]>([])
    private let answer: String?

    init(answers answer: String? = nil) { self.answer = answer }

    var said: String { lines.withLock { $0.joined(separator: "\n") } }

    var talk: Talk {
        Talk(
            say: { line in self.lines.withLock { $0.append(line) } }, progress: { _ in },
            ask: { question in
                self.lines.withLock { $0.append(question) }
                return self.answer
            })
    }
}

/// A folder that is removed at the end.
final class Folder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("deployment-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file and gives its path.
    func file(_ name: String, _ text: String) throws -> String {
        let file = "\(path)/\(name)"
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        return file
    }
}
