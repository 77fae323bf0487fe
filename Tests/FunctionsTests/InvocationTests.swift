import Clocks
import Foundation
import Functions
import Testing

/// Real processes on the real Runtime API.
@Suite struct InvocationTests {
    @Test func anEventGoesInAndTheAnswerComesOut() async throws {
        let test = try TestFunction("serve(lambda event, request, headers: {'got': event, 'request': request})")
        try await test.run { function in
            let result = try await function.invoke(#"{"a":1}"#)
            #expect(result.functionError == nil)
            #expect(result.text == #"{"got": {"a": 1}, "request": "\#(result.requestID)"}"#)
            #expect(result.handedOverAt != nil)
        }
    }

    @Test func theProcessSeesWhatLambdaSetsAndNothingOfTheEngine() async throws {
        setenv("SLUICE_TEST_SECRET", "x", 1)
        let test = try TestFunction(
            "serve(lambda event, request, headers: dict(os.environ))",
            environment: ["STAGE": "test", "AWS_REGION": "no"])
        let name = test.configuration.name
        try await test.run { function in
            let result = try await function.invoke("{}")
            let variables = try JSONDecoder().decode([String: String].self, from: Data(result.payload))
            #expect(variables["AWS_LAMBDA_FUNCTION_NAME"] == name)
            #expect(variables["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == "256")
            #expect(variables["AWS_REGION"] == "eu-west-1")
            #expect(variables["_HANDLER"] == "bootstrap")
            #expect(variables["TZ"] == ":UTC")
            #expect(variables["STAGE"] == "test")
            #expect(variables["SLUICE_TEST_SECRET"] == nil)
            #expect(variables["HOME"] == nil)
        }
    }

    @Test func theHeadersOfAnEventAreLambdas() async throws {
        let test = try TestFunction("serve(lambda event, request, headers: headers)")
        try await test.run { function in
            let result = try await function.invoke("{}")
            let headers = try JSONDecoder().decode([String: String].self, from: Data(result.payload))
            #expect(headers["Lambda-Runtime-Aws-Request-Id"] == result.requestID)
            #expect(
                headers["Lambda-Runtime-Invoked-Function-Arn"] == "arn:aws:lambda:eu-west-1:000000000000:function:Test")
            #expect(Int(headers["Lambda-Runtime-Deadline-Ms"] ?? "").map { $0 > 1_700_000_000_000 } == true)
        }
    }

    /// As by a process that was started while the program was written, and has not got its own yet.
    @Test func aProgramThatIsOpenForWritingIsWaitedFor() async throws {
        let test = try TestFunction("serve(lambda event, request, headers: 1)")
        let writer = open(test.folder.appendingPathComponent("bootstrap").path, O_WRONLY | O_CLOEXEC)
        try #require(writer >= 0)
        DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(30)) { close(writer) }
        try await test.run { function in
            let result = try await function.invoke("{}")
            #expect(result.text == "1")
        }
    }

    @Test func anInvocationIsOfItsCallersTraceOrOfItsOwn() async throws {
        let test = try TestFunction("serve(lambda event, request, headers: headers['Lambda-Runtime-Trace-Id'])")
        try await test.run { function in
            let given = try await InvocationTrace.$header.withValue("Root=1-caller") {
                try await function.invoke("{}")
            }
            #expect(given.text == #""Root=1-caller""#)
            let own = try await function.invoke("{}")
            let form = try Regex(#""Root=1-[0-9a-f]{8}-[0-9a-f]{24};Sampled=0""#)
            #expect(own.text.wholeMatch(of: form) != nil, "\(own.text)")
            #expect(own.text.contains(own.requestID.filter { $0 != "-" }.suffix(24)))
        }
    }

    @Test func whatIsPrintedIsInTheLogWhenTheAnswerIsThere() async throws {
        let test = try TestFunction(
            "def handle(event, request, headers):\n  print('line', event['n'], flush=True)\n  return event\nserve(handle)"
        )
        try await test.run { function in
            for n in 1...20 {
                _ = try await function.invoke(#"{"n":\#(n)}"#)
                #expect(test.said.hasSuffix("line \(n)\n"))
            }
        }
    }

    @Test func aReportedErrorIsAnUnhandledFunctionError() async throws {
        let test = try TestFunction(
            """
            while True:
                request = call("invocation/next").headers["Lambda-Runtime-Aws-Request-Id"]
                call("invocation/" + request + "/error", b'{"errorMessage":"no","errorType":"Refused"}')
            """)
        try await test.run { function in
            let result = try await function.invoke("{}")
            #expect(result.functionError == "Unhandled")
            #expect(result.text == #"{"errorMessage":"no","errorType":"Refused"}"#)
            // The environment goes on.
            #expect(try await function.invoke("{}").functionError == "Unhandled")
        }
    }

    /// An id that never was, the one of the event before, and an answer when nothing is asked.
    @Test func anAnswerToAnotherInvocationIsRefused() async throws {
        let test = try TestFunction(
            """
            def answer(request):
                try:
                    return [call("invocation/" + request + "/response", b"1").status]
                except urllib.error.HTTPError as error:
                    return [error.code, json.loads(error.read())["errorType"], error.headers["Content-Type"]]
            seen = []
            def handle(event, request, headers):
                said = [answer(name) for name in ["not-mine", *seen]]
                seen.append(request)
                return said
            while True:
                with call("invocation/next") as event:
                    request = event.headers["Lambda-Runtime-Aws-Request-Id"]
                said = handle(None, request, {})
                call("invocation/" + request + "/response", json.dumps(said).encode())
                print("twice", answer(request), flush=True)
            """)
        let refusal = #"[400, "InvalidRequestID", "application/json"]"#
        try await test.run { function in
            let first = try await function.invoke("{}")
            let second = try await function.invoke("{}")
            #expect(first.text == "[\(refusal)]")
            #expect(second.text == "[\(refusal), \(refusal)]")
            #expect(test.said.hasPrefix("twice [403, 'InvalidStateTransition', 'application/json']\n"), "\(test.log)")
        }
    }

    /// A process may send back which hand-over of the event it answers.
    @Test func anAnswerToAnotherHandOverIsRefused() async throws {
        let test = try TestFunction(
            """
            name = "Lambda-Runtime-Invocation-Id"
            def handle(event, request, headers):
                try:
                    call("invocation/" + request + "/response", b"1", {name: "other"})
                except urllib.error.HTTPError as error:
                    said = [error.code, json.loads(error.read())["errorType"]]
                call("invocation/" + request + "/response", json.dumps(said).encode(), {name: headers[name]})
            try:
                serve(handle)
            except urllib.error.HTTPError:
                pass
            """)
        try await test.run { function in
            let result = try await function.invoke("{}")
            #expect(result.text == #"[400, "InvalidInvocationId"]"#)
        }
    }

    @Test func whatAProcessTellsOfItsFailedStartIsTheAnswer() async throws {
        let told = #"{"errorMessage":"no such module","errorType":"Runtime.ImportModuleError"}"#
        let test = try TestFunction(
            """
            urllib.request.urlopen(base + "init/error", data=b'\(told)').close()
            sys.exit(1)
            """)
        try await test.run { function in
            let result = try await function.invoke("{}")
            #expect(result.functionError == "Unhandled")
            #expect(result.text == told)
        }
    }
}
