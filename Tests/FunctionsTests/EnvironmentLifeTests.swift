import Clocks
import Foundation
import Functions
import TestSupport
import Testing

/// How long an environment lives.
@Suite(.timeLimit(.minutes(1))) struct EnvironmentLifeTests {
    @Test func anIdleEnvironmentIsEnded() async throws {
        let processTime = ManualTime()
        let test = try TestFunction("serve(lambda event, request, headers: os.getpid())")
        try await test.run(processTime: processTime, idleLifetime: .seconds(300)) { function in
            let first = try await function.invoke("1").text
            processTime.advance(by: .seconds(200))
            // Not yet; and the call makes it young again.
            #expect(try await function.invoke("1").text == first)
            #expect(await comesTrue { processTime.sleeperCount == 2 })
            processTime.advance(by: .seconds(200))
            #expect(try await function.invoke("1").text == first)
            let process = try #require(Int32(first))
            #expect(
                await comesTrue {
                    if processTime.sleeperCount > 1 { processTime.advance(by: .seconds(80)) }
                    return kill(process, 0) != 0
                })
            #expect(try await function.invoke("1").text != first)
        }
    }

    @Test func whatItsProcessesDoIsTold() async throws {
        let test = try TestFunction(
            """
            def handle(event, request, headers):
                print("running", flush=True)
                while not os.path.exists("go"): time.sleep(0.005)
                return 1
            serve(handle)
            """, concurrency: 1)
        let folder = test.folder
        try await test.run { function in
            #expect(function.load == FunctionLoad(environments: 0, busy: 0, waiting: 0))
            async let running = function.invoke("1")
            #expect(await comesTrue { test.log.contains("running") })
            async let waiting = function.invoke("2")
            #expect(await comesTrue { function.load.waiting == 1 })
            #expect(function.load == FunctionLoad(environments: 1, busy: 1, waiting: 1))
            try Data().write(to: folder.appendingPathComponent("go"))
            _ = try await (running, waiting)
            #expect(function.load == FunctionLoad(environments: 1, busy: 0, waiting: 0))
        }
    }

    /// The event that runs is answered, the one that waits is handed back, and the processes end.
    @Test func aRetiredFunctionFinishesWhatRuns() async throws {
        let test = try TestFunction(
            """
            def handle(event, request, headers):
                print("running", flush=True)
                while not os.path.exists("go"): time.sleep(0.005)
                return os.getpid()
            serve(handle)
            """, concurrency: 1)
        let folder = test.folder
        let process = try await test.run { function in
            async let running = function.invoke("1")
            #expect(await comesTrue { test.log.contains("running") })
            async let waiting = function.invoke("2")
            function.retire()
            do {
                _ = try await waiting
                Issue.record("an event was taken")
            } catch let error as FunctionError {
                #expect(error.code == .stopping)
            }
            try Data().write(to: folder.appendingPathComponent("go"))
            let process = try #require(Int32(try await running.text))
            #expect(await comesTrue { kill(process, 0) != 0 })
            return process
        }
        #expect(kill(process, 0) != 0)
    }

    /// It answers and ends, and what it has been given meanwhile goes to a new process.
    @Test func anEventThatItsProcessNeverHadGoesToANewOne() async throws {
        let test = try TestFunction(
            """
            with call("invocation/next") as answer:
                request = answer.headers["Lambda-Runtime-Aws-Request-Id"]
                answer.read()
            call("invocation/" + request + "/response", str(os.getpid()).encode()).close()
            while not os.path.exists("go"): time.sleep(0.005)
            """, concurrency: 1)
        let folder = test.folder
        try await test.run { function in
            var processes = [try await function.invoke("1").text]
            async let second = function.invoke("2")
            #expect(await comesTrue { function.load.busy == 1 })
            try Data().write(to: folder.appendingPathComponent("go"))
            processes.append(try await second.text)
            // From now on each ends directly behind its answer.
            for _ in 0..<10 { processes.append(try await function.invoke("3").text) }
            #expect(Set(processes).count == 12)
            #expect(processes.allSatisfy { Int32($0) != nil }, "\(processes)")
            #expect(!test.log.contains("Runtime.ExitError"))
            #expect(function.load.busy == 0)
        }
    }

    /// The new process does not start: that is a failed invocation, and there is no third.
    @Test func anEventThatNoProcessTakesIsAFailedInvocation() async throws {
        let test = try TestFunction(
            """
            open("starts", "a").write("x")
            if os.path.exists("go"): sys.exit(3)
            with call("invocation/next") as answer:
                request = answer.headers["Lambda-Runtime-Aws-Request-Id"]
                answer.read()
            call("invocation/" + request + "/response", b"1").close()
            while not os.path.exists("go"): time.sleep(0.005)
            """, concurrency: 1)
        let folder = test.folder
        try await test.run { function in
            #expect(try await function.invoke("1").text == "1")
            async let second = function.invoke("2")
            #expect(await comesTrue { function.load.busy == 1 })
            try Data().write(to: folder.appendingPathComponent("go"))
            let failed = try await second
            #expect(failed.functionError == "Unhandled")
            #expect(failed.text.contains("Runtime.ExitError"), "\(failed.text)")
            #expect(failed.text.contains("exit status 3"), "\(failed.text)")
            let starts = try String(contentsOf: folder.appendingPathComponent("starts"), encoding: .utf8)
            #expect(starts == "xx")
            #expect(function.load == FunctionLoad(environments: 0, busy: 0, waiting: 0))
        }
    }

    /// Whatever its processes are found to have done when they are gone, two of them are tried at most.
    @Test func aFunctionThatAsksAndEndsFails() async throws {
        let test = try TestFunction(
            """
            import socket
            open("starts", "a").write("x")
            host, port = os.environ["AWS_LAMBDA_RUNTIME_API"].split(":")
            request = "GET /2018-06-01/runtime/invocation/next HTTP/1.1\\r\\nHost: %s:%s\\r\\n\\r\\n" % (host, port)
            with socket.create_connection((host, int(port))) as connection: connection.sendall(request.encode())
            """, concurrency: 1)
        let folder = test.folder
        try await test.run { function in
            let failed = try await function.invoke("1")
            #expect(failed.functionError == "Unhandled")
            #expect(failed.text.contains("Runtime.ExitError"), "\(failed.text)")
            let starts = try String(contentsOf: folder.appendingPathComponent("starts"), encoding: .utf8)
            #expect(["x", "xx"].contains(starts))
        }
    }

    @Test func aProcessThatDiesWithoutAnEventCostsNone() async throws {
        let test = try TestFunction("serve(lambda event, request, headers: os.getpid())", concurrency: 1)
        try await test.run { function in
            for _ in 0..<10 {
                let process = try #require(Int32(try await function.invoke("1").text))
                kill(process, SIGKILL)
                // At the next call it may have been waited for, or not.
                #expect(
                    await comesTrue {
                        let status = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
                        return status?.contains("State:\tZ") ?? true
                    })
                let next = try await function.invoke("1")
                #expect(next.functionError == nil, "\(next.text)")
            }
        }
    }

    /// Another stands in its place while its processes end: that must not end the other's.
    @Test func aFunctionOfTheSameNameHasFoldersOfItsOwn() async throws {
        let code = "serve(lambda event, request, headers: os.environ['TMPDIR'])"
        let (former, latter) = (try TestFunction(code), try TestFunction(code))
        let keeper = try ProcessKeeper()
        try await former.run(keeper: keeper) { function in
            let folder = try await function.invoke("1").text
            let other = try await latter.run(keeper: keeper) { try await $0.invoke("1").text }
            #expect(other != folder)
        }
        await keeper.close()
    }
}
