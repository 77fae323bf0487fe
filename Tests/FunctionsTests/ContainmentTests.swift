import Clocks
import Foundation
import Functions
import Testing
import TestSupport

/// What a function's process sees, and what becomes of one that will not behave.
@Suite(.timeLimit(.minutes(1))) struct ContainmentTests {
    private static func isAlive(_ process: Int32) -> Bool {
        // A zombie has no memory any more, and so nothing in this file.
        (try? String(contentsOfFile: "/proc/\(process)/cmdline", encoding: .utf8))?.isEmpty == false
    }

    @Test func eachProcessHasATemporaryFolderOfItsOwn() async throws {
        let test = try TestFunction(
            """
            def handle(event, request, headers):
                open(os.path.join(os.environ["TMPDIR"], "mine"), "w").write("x")
                if event == "die": os._exit(1)
                return os.environ["TMPDIR"]
            serve(handle)
            """)
        let folder = try await test.run { function in
            _ = try await function.invoke(#""die""#)
            let folder = try JSONDecoder().decode(String.self, from: Data(try await function.invoke("1").payload))
            let around = URL(fileURLWithPath: folder).deletingLastPathComponent().path
            // The first one's is gone with it.
            #expect(try FileManager.default.contentsOfDirectory(atPath: around).count == 1)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["mine"])
            return folder
        }
        #expect(!FileManager.default.fileExists(atPath: folder))
    }

    @Test func noDescriptorOfTheEngineIsInherited() async throws {
        let test = try TestFunction(
            """
            def handle(event, request, headers):
                names = []
                for number in os.listdir("/proc/self/fd"):
                    try: names.append(os.readlink("/proc/self/fd/" + number))
                    except OSError: pass
                return names
            serve(handle)
            """)
        let path = test.folder.appendingPathComponent("secret").path
        // Without O_CLOEXEC, as a careless library opens its files.
        let descriptor = open(path, O_CREAT | O_RDWR, 0o600)
        defer { close(descriptor) }
        try await test.run { function in
            let names = try JSONDecoder().decode([String].self, from: Data(try await function.invoke("1").payload))
            #expect(!names.contains(path))
            #expect(names.count <= 6, "\(names)")
        }
    }

    /// A child that has left the process group, and holds the output open, goes with the environment.
    @Test func whatAProcessHasStartedGoesWithIt() async throws {
        let test = try TestFunction(
            """
            child = os.fork()
            if child == 0:
                os.setsid()
                time.sleep(1000)
            serve(lambda event, request, headers: child)
            """)
        let child = try await test.run { function in
            let child = try #require(Int32(try await function.invoke("1").text))
            #expect(Self.isAlive(child))
            return child
        }
        #expect(!Self.isAlive(child))
    }

    /// What a process shares with one that it has forked is there once.
    @Test func memorySharedWithAChildCountsOnce() async throws {
        let test = try TestFunction(
            """
            def handle(event, request, headers):
                data = bytearray(b"x") * (170 << 20)
                child = os.fork()
                if child == 0:
                    time.sleep(0.35)
                    os._exit(0)
                os.waitpid(child, 0)
                return len(data) >> 20
            serve(handle)
            """)
        try await test.run { function in
            let result = try await function.invoke("1")
            #expect(result.functionError == nil && result.text == "170")
        }
    }

    @Test func whoIgnoresSIGTERMIsKilled() async throws {
        let test = try TestFunction(
            """
            import signal
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            serve(lambda event, request, headers: os.getpid())
            """)
        let process = try await test.run { function in
            try #require(Int32(try await function.invoke("1").text))
        }
        #expect(!Self.isAlive(process))
    }

    @Test func whoNeverAsksForAnEventIsKilledAfterTenSeconds() async throws {
        let time = ManualTime()
        let test = try TestFunction("print('busy', flush=True)\ntime.sleep(1000)")
        try await test.run(time: time) { function in
            async let result = function.invoke("1")
            #expect(await comesTrue { time.sleeperCount > 0 && test.log.contains("busy") })
            time.advance(by: .seconds(10))
            let failed = try await result
            #expect(failed.functionError == "Unhandled")
            #expect(failed.text.contains("within 10 s"), "\(failed.text)")
            #expect(failed.text.contains("it was ended after 10 s"), "\(failed.text)")
        }
    }

    @Test func aStartHasItsTimeForACallerWhoWasCancelledToo() async throws {
        let time = ManualTime()
        let test = try TestFunction("print('busy', flush=True)\ntime.sleep(1000)")
        try await test.run(time: time) { function in
            let caller = Task { try await function.invoke("1") }
            caller.cancel()
            // The start's time and that of its events.
            #expect(await comesTrue { time.sleeperCount == 2 && test.log.contains("busy") })
            time.advance(by: .seconds(10))
            let failed = try await caller.value
            #expect(failed.functionError == "Unhandled")
            #expect(failed.text.contains("it was ended after 10 s"), "\(failed.text)")
        }
    }

    /// In the engine's own group no signal to its former one reaches it.
    @Test func whoLeavesItsGroupIsKilledAtItsTimeout() async throws {
        let time = ManualTime()
        let test = try TestFunction(
            """
            os.setpgid(0, os.getpgid(os.getppid()))
            def handle(event, request, headers):
                print("hanging", flush=True)
                time.sleep(1000)
            serve(handle)
            """, timeout: .seconds(1))
        try await test.run(time: time) { function in
            try await function.warmUp()
            async let hanging = function.invoke("1")
            #expect(await comesTrue { time.sleeperCount > 0 && test.log.contains("hanging") })
            time.advance(by: .seconds(1))
            let killed = try await hanging
            #expect(killed.functionError == "Unhandled")
            #expect(killed.text.contains("Sandbox.Timedout"), "\(killed.text)")
        }
    }

    @Test func aSecondAnswerIsRefusedAndChangesNothing() async throws {
        let test = try TestFunction(
            """
            said = []
            def handle(event, request, headers):
                if event == "say": return said
                call("invocation/" + request + "/response", b'"first"')
                return "second"
            def twice(handle):
                while True:
                    with call("invocation/next") as answer:
                        request = answer.headers["Lambda-Runtime-Aws-Request-Id"]
                        event = json.loads(answer.read())
                    result = handle(event, request, {})
                    try:
                        call("invocation/" + request + "/response", json.dumps(result).encode())
                    except urllib.error.HTTPError as error:
                        said.append(error.code)
            twice(handle)
            """)
        try await test.run { function in
            let first = try await function.invoke(#""x""#)
            #expect(first.text == #""first""#)
            let said = try await function.invoke(#""say""#)
            #expect(said.text == "[403]")
        }
    }

    @Test func whoEndsWellInTheMiddleOfAnEventHasFailed() async throws {
        let test = try TestFunction(
            """
            def handle(event, request, headers):
                if event == "end": os._exit(0)
                return os.getpid()
            serve(handle)
            """)
        try await test.run { function in
            let ended = try await function.invoke(#""end""#)
            #expect(ended.functionError == "Unhandled")
            #expect(ended.text.contains("Runtime.ExitError"))
            #expect(ended.text.contains("exit status 0"), "\(ended.text)")
            #expect(test.log.contains("Status: error\tError Type: Runtime.ExitError"))
            #expect(try await function.invoke(#""go on""#).functionError == nil)
        }
    }

    /// Memory that its children take is memory of the function, and so are processes.
    @Test(arguments: ["memory", "memory among many", "processes", "threads"])
    func whoStartsTooMuchIsKilled(what: String) async throws {
        let test = try TestFunction(
            """
            def handle(event, request, headers):
                if event == "pid": return os.getpid()
                if event.startswith("memory") and os.fork() == 0:
                    much = bytearray(300 << 20)
                    for place in range(0, len(much), 4096): much[place] = 1
                    time.sleep(1000)
                if event == "memory among many":
                    for _ in range(100):
                        if os.fork() == 0: time.sleep(1000)
                if event == "threads":
                    import threading
                    threading.stack_size(65536)
                    for _ in range(1100): threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
                if event == "processes":
                    for _ in range(1100):
                        if os.fork() == 0: time.sleep(1000)
                time.sleep(1000)
            serve(handle)
            """, concurrency: 1)
        try await test.run { function in
            let first = try #require(Int32(try await function.invoke(#""pid""#).text))
            let killed = try await function.invoke(#""\#(what)""#)
            #expect(killed.functionError == "Unhandled")
            #expect(killed.text.contains("Runtime.ExitError"), "\(killed.text)")
            // The kernel takes its time with a thousand of them.
            let isGone = await comesTrue { (try? Self.processes().contains { getpgid($0) == first }) == false }
            #expect(isGone)
            #expect(try await function.invoke(#""pid""#).functionError == nil)
        }
    }

    private static func processes() throws -> [Int32] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { Int32($0) }.filter(isAlive)
    }

    /// What happens when this process is killed: the keeper's input ends.
    @Test func whatIsLeftGoesWithTheEngine() async throws {
        let keeper = try ProcessKeeper()
        let orphan = Process()
        orphan.executableURL = URL(fileURLWithPath: "/bin/sleep")
        orphan.arguments = ["1000"]
        orphan.environment = ["TMPDIR": keeper.folder + "/Test-1"]
        try orphan.run()
        #expect(await comesTrue { Self.isAlive(orphan.processIdentifier) })
        await keeper.close()
        #expect(await comesTrue { !Self.isAlive(orphan.processIdentifier) })
        #expect(!FileManager.default.fileExists(atPath: keeper.folder))
    }
}
