import Foundation
import FoundationNetworking
import Testing

extension EndToEnd {
    /// What a function sees of the engine whose user it has. Root sees everything: then the engine has another user here.
    @Suite(.timeLimit(.minutes(2))) struct HiddenEngineTests {
        private static let isRoot = geteuid() == 0
        private static let nobody: uid_t = 65_534
        private static let disguise = ["--reuid", "65534", "--regid", "65534", "--clear-groups", "--"]
        private static let program = Command.products.appendingPathComponent("sluice").path

        /// Whether another user can be taken on, who finds the program.
        private static let canRun: Bool = {
            guard isRoot else { return true }
            guard let setpriv = Command.tool("setpriv") else { return false }
            let process = Process()
            process.executableURL = setpriv
            process.arguments = disguise + ["/usr/bin/test", "-x", program]
            process.standardError = FileHandle.nullDevice
            guard (try? process.run()) != nil else { return false }
            process.waitUntilExit()
            return process.terminationStatus == 0
        }()

        @Test(.enabled(if: canRun, "another user cannot execute the programs where they were built"))
        func aFunctionSeesNeitherVariablesNorMemoryNorDescriptorsOfTheEngine() async throws {
            let scratch = try Scratch()
            _ = try PythonFunction(
                "curious", in: scratch.path("functions"),
                body: """
                    import ctypes
                    engine = os.getppid()
                    def refused(action):
                        try: action()
                        except OSError: return True
                        return False
                    answer = [refused(lambda name=name: open(f"/proc/{engine}/{name}").read(1)) for name in
                        ("environ", "maps", "mem", "auxv", "io")]
                    answer += [refused(lambda: os.listdir(f"/proc/{engine}/fd"))]
                    # PTRACE_ATTACH
                    answer += [ctypes.CDLL(None).ptrace(16, engine, 0, 0) == -1]
                    # It is the engine, and it has the same user.
                    user = [line.split()[1] for line in open(f"/proc/{engine}/status") if line.startswith("Uid:")][0]
                    answer += [open(f"/proc/{engine}/comm").read().strip(), os.getuid() == int(user)]
                    """)
            let template = try scratch.write(
                "template.yaml", "Resources:\n" + PythonFunction.resource("Curious", named: "curious"))
            if Self.isRoot { #expect(chown(scratch.folder.path, Self.nobody, Self.nobody) == 0) }
            let arguments = [
                "up", "--data", scratch.path("data"), "--port", "0", "--no-console", "--template", template,
                "--functions",
                scratch.path("functions"),
            ]
            let command = try Command(
                program: Self.isRoot
                    ? try #require(Command.tool("setpriv")) : URL(fileURLWithPath: Self.program),
                Self.isRoot ? Self.disguise + [Self.program] + arguments : arguments, scratch: scratch)
            let isReady = await command.wait { command.output.contains("Ready.") }
            try #require(isReady, "\(command.output)\(command.errors)")
            let url = try #require(command.output.firstMatch(of: /at (http:\/\/[0-9.:]+)/)?.1)
            var request = URLRequest(url: URL(string: "\(url)/2015-03-31/functions/curious/invocations")!)
            request.httpMethod = "POST"
            request.setValue("application/json", forHTTPHeaderField: "Content-Type")
            request.httpBody = Data("{}".utf8)
            let (answer, _) = try await URLSession.shared.data(for: request)
            #expect(
                String(decoding: answer, as: UTF8.self)
                    == #"[true, true, true, true, true, true, true, "sluice", true]"#)
            kill(command.process.processIdentifier, SIGTERM)
            #expect(await command.finish().status == 0)
        }
    }
}
