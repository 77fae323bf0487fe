internal import Dispatch
internal import Foundation
internal import Synchronization

/// What a program left behind.
public struct ProgramOutcome: Sendable, Hashable {
    /// Its exit status; of one that a signal ended, the signal's number and 128.
    public let status: Int32
    public let output: String
    public let errors: String

    public init(status: Int32, output: String = "", errors: String = "") {
        self.status = status
        self.output = output
        self.errors = errors
    }
}

/// There is no program of this name in `PATH`.
public struct ProgramNotFound: Error {}

/// Programs that are run to their end.
public enum ProgramRun {
    /// Runs a program.
    ///
    /// - Parameters:
    ///   - name: looked for in the `PATH` of `environment`.
    ///   - isShown: whether it writes to the user itself; then nothing of it is in the outcome.
    /// - Throws: ``ProgramNotFound``, and ``DeploymentError`` for one that cannot be started.
    public static func finish(
        _ name: String, _ arguments: [String], environment: [String: String], isShown: Bool = false
    ) async throws -> ProgramOutcome {
        guard let program = path(of: name, in: environment["PATH"] ?? "") else { throw ProgramNotFound() }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        let (output, errors) = (Pipe(), Pipe())
        if isShown {
            // Standard output is for results.
            process.standardOutput = FileHandle.standardError
        } else {
            process.standardOutput = output
            process.standardError = errors
        }
        return try await withCheckedThrowingContinuation { continuation in
            let ended = DispatchGroup()
            ended.enter()
            process.terminationHandler = { _ in ended.leave() }
            do { try process.run() } catch {
                // Nobody else leaves a group that nothing has begun in, and one that is entered must not be let go.
                ended.leave()
                continuation.resume(
                    throwing: DeploymentError(
                        "\(program) cannot be started (\(error.localizedDescription)); see that it is a program of this machine, "
                            + "and that there is what its first line names."))
                return
            }
            let texts = [output, errors].map { isShown ? Contents() : Contents(reading: $0, in: ended) }

            ended.notify(queue: .global()) {
                let isSignal = process.terminationReason == .uncaughtSignal
                continuation.resume(
                    returning: ProgramOutcome(
                        status: process.terminationStatus + (isSignal ? 128 : 0), output: texts[0].text,
                        errors: texts[1].text))
            }
        }
    }

    private static func path(of name: String, in folders: String) -> String? {
        if name.contains("/") { return FileManager.default.isExecutableFile(atPath: name) ? name : nil }
        return folders.split(separator: ":").map { "\($0)/\(name)" }.first {
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: $0, isDirectory: &isFolder) && !isFolder.boolValue
                && FileManager.default.isExecutableFile(atPath: $0)
        }
    }

    /// What comes out of a pipe until its end. Both of a program are read at once: one that is full would stop it.
    private final class Contents: Sendable {
        private let data = Mutex(Data())

        init() {}

        init(reading pipe: Pipe, in group: DispatchGroup) {
            let handle = pipe.fileHandleForReading
            group.enter()
            DispatchQueue.global().async {
                let all = (try? handle.readToEnd()) ?? Data()
                self.data.withLock { $0 = all }
                group.leave()
            }
        }

        var text: String { data.withLock { String(decoding: $0, as: UTF8.self) } }
    }
}
