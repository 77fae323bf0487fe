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
