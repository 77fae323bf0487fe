import Foundation

/// What runs as a function's process.
public struct FunctionProgram: Sendable, Hashable {
    public var executablePath: String
    public var arguments: [String]
    /// Where the code lies: `LAMBDA_TASK_ROOT`, and the folder in which the process starts.
    public var taskRoot: String

    public init(executablePath: String, arguments: [String] = [], taskRoot: String) {
        self.executablePath = executablePath
        self.arguments = arguments
        self.taskRoot = taskRoot
    }

    /// The runtimes that run here: `provided.al2`, `provided.al2023`, and `python3.x` where awslambdaric is installed.
    public static func supports(runtime: String) -> Bool {
        runtime.hasPrefix("provided.") || isPython(runtime)
    }

    private static func isPython(_ runtime: String) -> Bool { runtime.hasPrefix("python3.") }

    /// Finds the program of a function.
    ///
    /// For `provided.*` it is `bootstrap` in the code's folder, or the code itself when that is a file. For `python3.x` it is the
    /// interpreter of that name, or else `python3`, with AWS's runtime client for Python, which is asked for here: that starts
    /// the interpreter once.
    ///
    /// - Throws: ``FunctionError`` with code `missingExecutable`.
    public init(function: String, runtime: String, handler: String, codePath: String) throws {
        if Self.isPython(runtime) {
            self.init(
                executablePath: try Self.python(function: function, runtime: runtime),
                arguments: ["-m", "awslambdaric", handler], taskRoot: codePath)
            return
        }
        let bootstrap = codePath + "/bootstrap"
        let path = FileManager.default.fileExists(atPath: bootstrap) ? bootstrap : codePath
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else {
            throw FunctionError(
                .missingExecutable,
                "The function \(function) has no program at \(isFolder.boolValue ? bootstrap : path); build it or name its folder with --functions."
            )
        }
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw FunctionError(
                .missingExecutable,
                "The function \(function) has a program that cannot be executed, \(path); make it so with chmod +x.")
        }
        self.init(executablePath: path, taskRoot: (path as NSString).deletingLastPathComponent)
    }

    private static func python(function: String, runtime: String) throws -> String {
        let ask = "import sys, awslambdaric; print(sys.executable)"
        for name in [runtime, "python3"] {
            if let path = output(of: [name, "-c", ask]), !path.isEmpty { return path }
        }
        throw FunctionError(
            .missingExecutable,
            "The function \(function) needs \(runtime) with AWS's runtime client, and neither \(runtime) nor python3 has it; install it with pip install awslambdaric."
        )
    }

    /// What a command found through PATH says; nil when it fails.
    private static func output(of command: [String]) -> String? {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        let pipe = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        let said = (try? pipe.fileHandleForReading.readToEnd()) ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { return nil }
        return String(decoding: said, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
