import Clocks
import Foundation
import Functions
import Logging
import TestSupport
import Testing

/// Functions that misbehave.
@Suite struct FailureTests {
    @Test func aProcessThatDiesMidInvocationIsAFailedInvocation() async throws {
        let test = try TestFunction(
            """
            def handle(event, request, headers):
                if event["die"]: os._exit(3)
                return os.getpid()
            serve(handle)
            """)
        try await test.run { function in
            let first = try await function.invoke(#"{"die":false}"#)
            let died = try await function.invoke(#"{"die":true}"#)
            #expect(died.functionError == "Unhandled")
            #expect(died.text.contains("Runtime.ExitError"))
            #expect(died.text.contains("exit status 3"))
            // A new process takes the next event.
            let next = try await function.invoke(#"{"die":false}"#)
            #expect(next.functionError == nil)
            #expect(next.text != first.text)
        }
    }

    @Test func theTimeOutKillsTheProcess() async throws {
        let time = ManualTime()
        let test = try TestFunction(
            """
            def handle(event, request, headers):
                print("started", flush=True)
                if event["hang"]: time.sleep(1000)
                return 1
            serve(handle)
            """, timeout: .seconds(3))
        try await test.run(time: time) { function in
            try await function.warmUp()
            async let hanging = function.invoke(#"{"hang":true}"#)
            // The invocation's timer and the function's own line show that it runs.
            #expect(await comesTrue { time.sleeperCount > 0 && test.log.contains("started") })
            time.advance(by: .seconds(3))
            let result = try await hanging
            #expect(result.functionError == "Unhandled")
            #expect(result.text.contains("Task timed out after 3.00 seconds"))
            #expect(test.log.contains("Task timed out after 3.00 seconds"))
            #expect(try await function.invoke(#"{"hang":false}"#).text == "1")
        }
    }

    @Test(arguments: [Duration.zero, .milliseconds(5)])
    func aProcessThatIsKilledBeforeItsAnswerIsAFailedInvocation(lifetime: Duration) async throws {
        let test = try TestFunction("serve(lambda event, request, headers: os.getpid())")
        try await test.run { function in
            let first = try await function.invoke("{}")
            let killed = try await function.invoke(Array("{}".utf8), killedAfter: lifetime)
            #expect(killed.functionError == "Unhandled")
            #expect(killed.text.contains("Runtime.ExitError"))
            #expect(killed.handedOverAt != nil)
            #expect(test.log.contains("Runtime.ExitError"))
            // A new process takes the next event.
            let next = try await function.invoke("{}")
            #expect(next.functionError == nil)
            #expect(next.text != first.text)
        }
    }

    /// An answer that comes sooner is not taken: the process was to die before it.
    @Test func whoIsToBeKilledCannotAnswerSooner() async throws {
        let processTime = ManualTime()
        let test = try TestFunction(
            """
            def handle(event, request, headers):
                try:
                    call("invocation/" + request + "/response", b"1")
                except urllib.error.HTTPError as error:
                    print("refused with", error.code, flush=True)
                time.sleep(1000)
            serve(handle)
            """)
        try await test.run(processTime: processTime) { function in
            try await function.warmUp()
            async let killed = function.invoke(Array("{}".utf8), killedAfter: .seconds(1))
            #expect(await comesTrue { processTime.sleeperCount == 2 && test.log.contains("refused with 403") })
            processTime.advance(by: .seconds(1))
            #expect(try await killed.text.contains("ended by signal 9"))
        }
    }

    /// A process lives by the machine's clock, whatever the engine's says.
    @Test func theTimeOutAndTheDeadlineAreOfTheProcesssClock() async throws {
        let (time, processTime) = (
            ManualTime(start: Timestamp(seconds: 5_000)), ManualTime(start: Timestamp(seconds: 100))
        )
        let test = try TestFunction(
            """
            def handle(event, request, headers):
                print("deadline", headers["Lambda-Runtime-Deadline-Ms"], flush=True)
                time.sleep(1000)
            serve(handle)
            """, timeout: .seconds(3))
        try await test.run(time: time, processTime: processTime) { function in
            try await function.warmUp()
            async let hanging = function.invoke("{}")
            #expect(await comesTrue { processTime.sleeperCount > 0 && test.log.contains("deadline") })
            #expect(test.log.contains("deadline 103000"))
            #expect(time.sleeperCount == 0)
            time.advance(by: .seconds(1_000))
            processTime.advance(by: .seconds(3))
            let result = try await hanging
            #expect(result.text.contains("1970-01-01T00:01:43.000Z"))
            #expect(result.text.contains("Task timed out after 3.00 seconds"))
            #expect(result.handedOverAt == Timestamp(seconds: 5_000))
        }
    }

    @Test func aProgramThatEndsAtOnceIsNamedWithItsLastWords() async throws {
        let test = try TestFunction("print('no configuration', flush=True)\nsys.exit(7)")
        try await test.run { function in
            let error = await #expect(throws: FunctionError.self) { try await function.warmUp() }
            #expect(error?.code == .failedAtStart)
            #expect(error?.message.contains("Test") == true)
            #expect(error?.message.contains("exit status 7") == true)
            #expect(error?.message.contains("no configuration") == true)
            // For a caller it is a failed invocation, as on AWS.
            let result = try await function.invoke("{}")
            #expect(result.functionError == "Unhandled")
            #expect(result.text.contains("Runtime.ExitError"))
        }
    }

    @Test func aMissingProgramIsNamed() {
        let error = #expect(throws: FunctionError.self) {
            try FunctionProgram(
                function: "Gone", runtime: "provided.al2023", handler: "bootstrap", codePath: "/nowhere/bootstrap")
        }
        #expect(error?.code == .missingExecutable)
        #expect(error?.message.contains("Gone") == true)
        #expect(error?.message.contains("/nowhere/bootstrap") == true)
    }

    @Test func eachEventHasAProcessOfItsOwnUpToTheConcurrency() async throws {
        let test = try TestFunction(
            """
            def handle(event, request, headers):
                name = event["folder"] + "/" + str(os.getpid())
                open(name, "w").close()
                # Ends when as many processes are at work as may be.
                while len([f for f in os.listdir(event["folder"]) if f.isdigit()]) < event["wanted"]: time.sleep(0.005)
                return os.getpid()
            serve(handle)
            """, concurrency: 3)
        let folder = test.folder.path
        try await test.run { function in
            let processes = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<7 {
                    group.addTask { try await function.invoke(#"{"folder":"\#(folder)","wanted":3}"#).text }
                }
                return try await group.reduce(into: [String]()) { $0.append($1) }
            }
            #expect(processes.count == 7)
            #expect(Set(processes).count == 3)
        }
    }

    @Test func aStoppedFunctionRefusesEvents() async throws {
        let test = try TestFunction("serve(lambda event, request, headers: 1)")
        try await test.run { function in
            function.stop()
            let error = await #expect(throws: FunctionError.self) { _ = try await function.invoke("{}") }
            #expect(error?.code == .stopping)
        }
    }

    @Test func stoppingEndsTheProcesses() async throws {
        let test = try TestFunction("serve(lambda event, request, headers: os.getpid())")
        let process = try await test.run { function in
            let result = try await function.invoke("{}")
            return try #require(Int32(result.text))
        }
        // run() returned, so the process has been waited for.
        #expect(kill(process, 0) == -1)
        #expect(errno == ESRCH)
    }

    /// The process is told so in JSON and goes on with the next event.
    @Test func anAnswerThatIsTooLargeFailsTheInvocationAlone() async throws {
        let test = try TestFunction(
            """
            def handle(event, request, headers):
                sizes = {"ten": 10 << 20, "over": 6291557, "most": 6291556}
                return b"1" * sizes[event] if event in sizes else [said, os.getpid()]
            said = []
            serve_raw(handle, said)
            """)
        try await test.run { function in
            for size in ["ten", "over"] {
                let result = try await function.invoke(#""\#(size)""#)
                #expect(result.functionError == "Unhandled")
                let body = try JSONDecoder().decode([String: String].self, from: Data(result.payload))
                #expect(body["errorType"] == "Function.ResponseSizeTooLarge")
                #expect(
                    body["errorMessage"]
                        == "Response payload size exceeded maximum allowed payload size (6291556 bytes).")
            }
            let most = try await function.invoke(#""most""#)
            #expect(most.functionError == nil)
            #expect(most.payload.count == 6_291_556)
            let said = try await function.invoke(#""say""#).text
            let refusal =
                #"[413, {"errorMessage": "Exceeded maximum allowed payload size (6291556 bytes).", "#
                + #""errorType": "RequestEntityTooLarge"}]"#
            #expect(said.hasPrefix("[[\(refusal), \(refusal)], "), "\(said)")
        }
    }

    /// Beyond 64 MiB nobody reads on: the connection ends, and what the process makes of that is its own affair.
    @Test func anAnswerOfAHundredMegabytesIsNotReadToItsEnd() async throws {
        let test = try TestFunction(
            """
            while True:
                with call("invocation/next") as answer:
                    request = answer.headers["Lambda-Runtime-Aws-Request-Id"]
                    event = answer.read()
                try:
                    call("invocation/" + request + "/response", event if event == b'"go on"' else b"1" * (100 << 20))
                except OSError:
                    pass
            """)
        try await test.run { function in
            let result = try await function.invoke(#""huge""#)
            #expect(result.functionError == "Unhandled")
            #expect(result.text.contains("Function.ResponseSizeTooLarge"), "\(result.text.prefix(500))")
            #expect(try await function.invoke(#""go on""#).text == #""go on""#)
        }
    }

    /// The time is up, and the process is being killed: what it still says is not heard, and what its children say neither.
    @Test func aLateAnswerIsNeverTaken() async throws {
        let time = ManualTime()
        let test = try TestFunction(
            """
            import subprocess
            late = '''
            import os, sys, time, urllib.request
            print(".", end="", flush=True)
            os.chdir(sys.argv[2])
            while not os.path.exists("go"): time.sleep(0.005)
            try:
                said = str(urllib.request.urlopen(sys.argv[1], data=b"1").status)
            except urllib.error.HTTPError as error:
                said = str(error.code)
            except OSError:
                said = "gone"
            open("said.part", "w").write(said)
            os.rename("said.part", "said")
            '''
            def handle(event, request, headers):
                if event != "hang": return event
                # Out of the group that is killed with the process, and without the variable by which its children are found.
                child = subprocess.Popen(
                    [sys.executable, "-c", late, base + "invocation/" + request + "/response", os.getcwd()], env={},
                    start_new_session=True, stdout=subprocess.PIPE)
                child.stdout.read(1)
                print("hanging", flush=True)
                time.sleep(1000)
            serve(handle)
            """, timeout: .seconds(3))
        let folder = test.folder
        try await test.run(time: time) { function in
            try await function.warmUp()
            async let hanging = function.invoke(#""hang""#)
            #expect(await comesTrue { time.sleeperCount > 0 && test.log.contains("hanging") })
            time.advance(by: .seconds(3))
            let expired = try await hanging
            #expect(expired.text.contains("Task timed out after 3.00 seconds"))
            try Data().write(to: folder.appendingPathComponent("go"))
            #expect(try await function.invoke(#""next""#).text == #""next""#)
            let said = folder.appendingPathComponent("said")
            try #require(await comesTrue { FileManager.default.fileExists(atPath: said.path) })
            let answer = try String(contentsOf: said, encoding: .utf8)
            #expect(["gone", "400", "403"].contains(answer))
        }
    }
}
