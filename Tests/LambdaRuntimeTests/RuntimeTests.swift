import NIOHTTP1
import TestSupport
import Testing

/// A function's process, from its first event to its end.
@Suite(.timeLimit(.minutes(3))) struct RuntimeTests {
    @Test func anEventsAnswerGoesBackUnderItsNames() async throws {
        try await ScriptedRuntimeAPI.withProbe { api, probe in
            api.offer("describe", invocationID: "i-1")
            #expect(await comesTrue { api.posts.count == 1 })
            let post = try #require(api.posts.first)
            #expect(post.path == "/invocation/r-1/response")
            #expect(post.headers.first(name: "Lambda-Runtime-Invocation-Id") == "i-1")
            #expect(post.body.contains(#""requestID":"r-1""#))
            #expect(post.body.contains(#""functionARN":"arn:f""#))
            #expect(post.body.contains(#""traceID":"Root=1""#))
            #expect(!post.body.contains(#""remainingMilliseconds":0"#))
            // A service that sends no such id gets none.
            api.offer("describe")
            #expect(await comesTrue { api.posts.count == 2 })
            #expect(api.posts.last?.headers.first(name: "Lambda-Runtime-Invocation-Id") == nil)
        }
    }

    @Test func aFailureIsReportedWithItsTypeAndTheNextEventIsServed() async throws {
        try await ScriptedRuntimeAPI.withProbe { api, probe in
            api.offer("refuse", invocationID: "i-1")
            api.offer("unknown")
            api.offer("describe")
            #expect(await comesTrue { api.posts.count == 3 })
            #expect(api.posts.map(\.path) == ["error", "error", "response"].map { "/invocation/r-1/\($0)" })
            let refused = try #require(api.posts.first)
            #expect(refused.headers.first(name: "Lambda-Runtime-Function-Error-Type") == "Function.ProbeRefusal")
            #expect(refused.headers.first(name: "Lambda-Runtime-Invocation-Id") == "i-1")
            #expect(refused.body.contains(#""errorType":"ProbeRefusal""#))
            #expect(refused.body.contains(#""errorMessage":"not this one""#))
            #expect(api.posts[1].headers.first(name: "Lambda-Runtime-Function-Error-Type") == "Function.DecodingError")
            #expect(probe.output.contains("ERROR\tthe invocation failed error=not this one"))
        }
    }

    @Test func whatCannotStartSaysWhyAndEnds() async throws {
        try await ScriptedRuntimeAPI.withProbe(environment: ["PROBE_CANNOT_START": "1"]) { api, probe in
            #expect(await probe.status() == 1)
            #expect(api.posts.map(\.path) == ["/init/error"])
            #expect(
                api.posts.first?.headers.first(name: "Lambda-Runtime-Function-Error-Type") == "Runtime.ProbeRefusal")
            #expect(api.posts.first?.body.contains(#""errorMessage":"no table""#) == true)
            #expect(api.nextCalls == 0)
            #expect(probe.errors.contains("no table"))
        }
    }

    @Test func withoutARuntimeAPIItSaysSo() async throws {
        let probe = try Probe(environment: [:])
        #expect(await probe.status() == 1)
        #expect(probe.errors.contains("AWS_LAMBDA_RUNTIME_API is not set"))
    }

    @Test func whatIsPrintedShowsBeforeTheAnswer() async throws {
        try await ScriptedRuntimeAPI.withProbe { api, probe in
            api.offer("print")
            #expect(await comesTrue { api.posts.count == 1 })
            #expect(probe.output == "no end of line")
        }
    }

    @Test func theLogsLevelAndFormAreTheServices() async throws {
        let settings = ["AWS_LAMBDA_LOG_LEVEL": "DEBUG", "AWS_LAMBDA_LOG_FORMAT": "JSON"]
        try await ScriptedRuntimeAPI.withProbe(environment: settings) { api, probe in
            api.offer("log")
            #expect(await comesTrue { api.posts.count == 1 })
            #expect(probe.output.contains(#""level":"DEBUG","message":"seen","metadata":{"eventID":"e-1"},"#))
        }
        try await ScriptedRuntimeAPI.withProbe { api, probe in
            api.offer("log")
            #expect(await comesTrue { api.posts.count == 1 })
            #expect(probe.output.isEmpty)
        }
    }

    @Test func anIdleFunctionEndsOnSIGTERM() async throws {
        try await ScriptedRuntimeAPI.withProbe { api, probe in
            #expect(await comesTrue { api.nextCalls == 1 })
            probe.terminate()
            #expect(await probe.status() == 0)
            #expect(probe.output == "the hook ran\n")
            #expect(api.posts.isEmpty)
        }
    }

    @Test func aBusyFunctionAnswersBeforeItEnds() async throws {
        try await ScriptedRuntimeAPI.withProbe { api, probe in
            api.offer("waitForInput")
            #expect(await comesTrue { probe.output == "waiting\n" })
            probe.terminate()
            #expect(await comesTrue { probe.output == "waiting\ntold to end\n" })
            try probe.type("go on\n")
            #expect(await probe.status() == 0)
            #expect(api.posts.map(\.path) == ["/invocation/r-1/response"])
            #expect(api.nextCalls == 1)
            #expect(probe.output == "waiting\ntold to end\nthe hook ran\n")
        }
    }

    @Test func oneThatDoesNotFinishInTimeSaysSo() async throws {
        try await ScriptedRuntimeAPI.withProbe { api, probe in
            api.offer("waitForInput")
            #expect(await comesTrue { probe.output == "waiting\n" })
            probe.terminate()
            #expect(await probe.status() == 1)
            #expect(probe.errors.contains("did not finish in time after SIGTERM"))
            #expect(api.posts.isEmpty)
        }
    }

    @Test func noMoreEventsIsTheEnd() async throws {
        try await ScriptedRuntimeAPI.withProbe { api, probe in
            api.offer(.init(status: .internalServerError))
            #expect(await probe.status() == 0)
            #expect(probe.output == "the hook ran\n")
        }
    }
}
