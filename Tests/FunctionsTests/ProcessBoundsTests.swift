import Clocks
import Foundation
import Functions
import Testing
import TestSupport

/// What a function's process begins with, and what bounds it.
@Suite(.timeLimit(.minutes(1))) struct ProcessBoundsTests {
    private func answer(_ expression: String, environment: [String: String] = [:], user: FunctionUser? = nil)
        async throws
        -> InvocationResult
    {
        let test = try TestFunction(
            """
            import ctypes, resource
            def prctl(option):
                value = ctypes.c_int(-1)
                ctypes.CDLL(None).prctl(option, ctypes.byref(value), 0, 0, 0)
                return value.value
            def status(name):
                return [line.split()[1] for line in open("/proc/self/status") if line.startswith(name + ":")][0]
            serve(lambda event, request, headers: \(expression))
            """, environment: environment, user: user)
        return try await test.run { try await $0.invoke("1") }
    }

    /// As the kernel has it, before the program has changed anything.
    @Test func itsVariablesAreThoseOfLambdaAndItsOwn() async throws {
        setenv("SLUICE_TEST_SECRET", "x", 1)
        let result = try await answer(
            #"sorted(v.split("=")[0] for v in open("/proc/self/environ").read().split("\0") if v)"#,
            environment: ["STAGE": "test"])
        let names = try JSONDecoder().decode([String].self, from: Data(result.payload))
        #expect(
            names == [
                "AWS_ACCESS_KEY_ID", "AWS_DEFAULT_REGION", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
                "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_INITIALIZATION_TYPE",
                "AWS_LAMBDA_LOG_FORMAT", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME",
                "AWS_LAMBDA_RUNTIME_API", "AWS_REGION", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
                "LAMBDA_RUNTIME_DIR", "LAMBDA_TASK_ROOT", "LANG", "PATH", "STAGE", "TMPDIR", "TZ", "_HANDLER",
            ])
    }

    /// Input that ends, output into the log, and nothing else: not even what a careless library leaves open.
    @Test func itsDescriptorsAreThree() async throws {
        let careless = (0..<40).map { _ in open("/dev/null", O_RDWR) }
        defer { for descriptor in careless { close(descriptor) } }
        let test = try TestFunction(
            """
            # Before anything is opened: the fourth is the list's own.
            seen = os.listdir("/proc/self/fd")
            ends = [os.readlink("/proc/self/fd/%d" % number) for number in range(3)]
            serve(lambda event, request, headers: [len(seen), ends[0], ends[1] == ends[2], ends[1][:5]])
            """)
        let said = try await test.run { function in try await function.invoke("1").text }
        // A shebang's interpreter has its script open while it reads it.
        #expect([#"[4, "/dev/null", true, "pipe:"]"#, #"[5, "/dev/null", true, "pipe:"]"#].contains(said), "\(said)")
    }

    @Test func noProgramGivesItFurtherRights() async throws {
        #expect(try await answer(#"status("NoNewPrivs")"#).text == #""1""#)
    }

    @Test func itLeavesNoCoreAndHasLambdasOpenFiles() async throws {
        let result = try await answer(
            """
            [resource.getrlimit(what) for what in (resource.RLIMIT_CORE, resource.RLIMIT_NOFILE, resource.RLIMIT_FSIZE)]
            """)
        #expect(result.text == "[[0, 0], [1024, 1024], [10737418240, 10737418240]]")
    }

    @Test func whoOpensTooManyFilesIsToldSoAndGoesOn() async throws {
        let test = try TestFunction(
            """
            def handle(event, request, headers):
                if event == "on": return "on"
                opened = []
                try:
                    while True: opened.append(open("/dev/null"))
                except OSError as error:
                    return [error.errno, 900 < len(opened) < 1024]
                finally:
                    for file in opened: file.close()
            serve(handle)
            """)
        try await test.run { function in
            let tried = try await function.invoke(#""open""#).text
            #expect(tried == "[24, true]")
            #expect(try await function.invoke(#""on""#).text == #""on""#)
        }
    }

    /// Whatever it has done to its variables, by which the keeper would find it.
    @Test func itDiesWithTheEngineAndBeforeIt() async throws {
        // PR_GET_PDEATHSIG, PR_GET_CHILD_SUBREAPER
        let result = try await answer(#"[prctl(2), prctl(37), open("/proc/self/oom_score_adj").read().strip()]"#)
        #expect(result.text == #"[9, 1, "1000"]"#)
    }

    /// The thread that has started a process is there for as long as the engine: a later call finds the same process.
    @Test func aProcessOutlivesTheTaskThatHasStartedIt() async throws {
        let test = try TestFunction("serve(lambda event, request, headers: os.getpid())")
        try await test.run { function in
            let first = try await Task.detached { try await function.invoke("1").text }.value
            for _ in 0..<20 { await Task.detached { await Task.yield() }.value }
            #expect(try await function.invoke("1").text == first)
        }
    }

    /// A bomb whose parents end at once, so that nothing seems to belong to the function any more.
    @Test func aBombOfOrphansIsKilled() async throws {
        let test = try TestFunction(
            """
            import signal
            # Nobody is left to be counted of those who end.
            signal.signal(signal.SIGCHLD, signal.SIG_IGN)
            def handle(event, request, headers):
                if event == "pid": return os.getpid()
                for _ in range(1100):
                    if os.fork() == 0:
                        os.setsid()
                        if os.fork() != 0: os._exit(0)
                        time.sleep(1000)
                time.sleep(1000)
            serve(handle)
            """, concurrency: 1)
        try await test.run { function in
            _ = try await function.invoke(#""pid""#)
            let killed = try await function.invoke(#""bomb""#)
            #expect(killed.text.contains("Runtime.ExitError"), "\(killed.text)")
            #expect(try await function.invoke(#""pid""#).functionError == nil)
        }
    }

    /// The cause is in the message: which call, and what the system says to it.
    @Test func aProgramThatTheSystemRefusesIsNamedWithTheCall() async throws {
        let test = try TestFunction("serve(lambda event, request, headers: 1)")
        let program = test.configuration.program.executablePath
        try Data("no program".utf8).write(to: URL(fileURLWithPath: program))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
        try await test.run { function in
            let error = await #expect(throws: FunctionError.self) { try await function.warmUp() }
            #expect(error?.message.contains(#"execve says "Exec format error""#) == true, "\(error?.message ?? "")")
        }
    }

    // MARK: A user of their own

    private static let isRoot = geteuid() == 0

    @Test(.enabled(if: isRoot)) func withAUserOfItsOwnItHasThatAloneAndNoGroups() async throws {
        let nobody = try FunctionUser(named: "nobody")
        let result = try await answer(
            """
            [os.getresuid() == (\(nobody.id),) * 3, os.getresgid() == (\(nobody.groupID),) * 3, os.getgroups(),
                status("CapEff"), status("NoNewPrivs"), prctl(2), resource.getrlimit(resource.RLIMIT_NPROC)]
            """.replacing("\n", with: " "), user: nobody)
        #expect(
            result.text == #"[true, true, [], "0000000000000000", "1", 9, [4096, 4096]]"#, "\(result.text)")
    }

    @Test(.enabled(if: isRoot)) func withAUserOfItsOwnItReachesNothingOfTheEngines() async throws {
        let secret = FileManager.default.temporaryDirectory.appendingPathComponent("secret-\(UUID())").path
        #expect(
            FileManager.default.createFile(
                atPath: secret, contents: Data("x".utf8), attributes: [.posixPermissions: 0o600]))
        defer { try? FileManager.default.removeItem(atPath: secret) }
        let engine = ProcessInfo.processInfo.processIdentifier
        let test = try TestFunction(
            """
            def refused(action):
                try: action()
                except OSError as error: return error.errno in (1, 13)
                return False
            def handle(event, request, headers):
                open(os.environ["TMPDIR"] + "/mine", "w").write("x")
                return [
                    refused(lambda: os.kill(\(engine), 0)),
                    refused(lambda: open("/proc/\(engine)/environ").read()),
                    refused(lambda: open("/proc/\(engine)/mem")),
                    refused(lambda: os.listdir("/proc/\(engine)/fd")),
                    refused(lambda: open("\(secret)")),
                    refused(lambda: os.listdir(os.path.dirname(os.environ["TMPDIR"]))),
                ]
            serve(handle)
            """, user: try FunctionUser(named: "nobody"))
        let said = try await test.run { try await $0.invoke("1").text }
        #expect(said == "[true, true, true, true, true, true]")
    }

    @Test func aUserThatCannotBeIsNamed() throws {
        let unknown = #expect(throws: FunctionError.self) { _ = try FunctionUser(named: "no-such-user") }
        #expect(unknown?.message.contains("useradd --system --no-create-home no-such-user") == true)
        let root = #expect(throws: FunctionError.self) { _ = try FunctionUser(named: "root") }
        #expect(root?.message.contains("is root") == true)
    }
}
