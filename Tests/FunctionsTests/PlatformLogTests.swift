import Clocks
import Foundation
import TestSupport
import Testing

@testable import Functions

/// What Lambda says of invocations in a function's log.
@Suite(.timeLimit(.minutes(1))) struct PlatformLogTests {
    private static let now = Timestamp(milliseconds: 1_735_786_800_291)

    private func report(
        _ duration: Duration, initDuration: Duration? = nil, status: InvocationReport.Status = .success
    ) -> InvocationReport {
        InvocationReport(
            requestID: "r-1", duration: duration, initDuration: initDuration, memorySizeMegabytes: 128,
            maxMemoryUsedMegabytes: 9, status: status)
    }

    @Test func textLinesAreAWSs() {
        let log = PlatformLog(format: .text)
        #expect(log.start("r-1", now: Self.now) == "START RequestId: r-1 Version: $LATEST")
        #expect(
            log.end(report(.microseconds(933_590), initDuration: .milliseconds(84)), now: Self.now) == [
                "END RequestId: r-1",
                "REPORT RequestId: r-1\tDuration: 933.59 ms\tBilled Duration: 934 ms\tMemory Size: 128 MB\t"
                    + "Max Memory Used: 9 MB\tInit Duration: 84.00 ms",
            ])
        let timeOut = log.end(report(.seconds(3), status: .timeout), now: Self.now)
        #expect(timeOut.last?.hasSuffix("Max Memory Used: 9 MB\tStatus: timeout") == true)
        let error = log.end(report(.zero, status: .error(type: "Runtime.ExitError")), now: Self.now)
        #expect(error.last?.contains("\tDuration: 0.00 ms\tBilled Duration: 0 ms\t") == true)
        #expect(error.last?.hasSuffix("\tStatus: error\tError Type: Runtime.ExitError") == true)
    }

    @Test(arguments: [
        (Duration.microseconds(4), "0.00", Int64(1)), (.microseconds(5), "0.01", 1), (.microseconds(1_000), "1.00", 1),
        (.microseconds(1_001), "1.00", 2), (.microseconds(9_999), "10.00", 10), (.seconds(900), "900000.00", 900_000),
    ])
    func durationsHaveTwoDecimalsAndAreBilledByTheMillisecond(_ duration: Duration, text: String, billed: Int64) {
        let line = PlatformLog(format: .text).end(report(duration), now: Self.now).last ?? ""
        #expect(line.contains("\tDuration: \(text) ms\tBilled Duration: \(billed) ms\t"), "\(line)")
    }

    @Test func jsonLinesAreThoseOfTheTelemetryAPI() throws {
        let log = PlatformLog(format: .json)
        #expect(
            log.start("r-1", now: Self.now)
                == #"{"time":"2025-01-02T03:00:00.291Z","type":"platform.start","record":{"requestId":"r-1","version":"$LATEST"}}"#
        )
        let lines = log.end(report(.milliseconds(2), initDuration: .seconds(1), status: .failure), now: Self.now)
        #expect(
            lines == [
                #"{"time":"2025-01-02T03:00:00.291Z","type":"platform.report","record":{"requestId":"r-1","metrics":{"#
                    + #""durationMs":2.00,"billedDurationMs":2,"memorySizeMB":128,"maxMemoryUsedMB":9,"#
                    + #""initDurationMs":1000.00},"status":"failure"}}"#
            ])
    }

    // MARK: Of real processes

    private static func kinds(_ log: String) -> [String] {
        log.split(separator: "\n").map { String($0.prefix { $0 != " " }) }
    }

    @Test func eachInvocationStandsBetweenItsLines() async throws {
        let test = try TestFunction(
            """
            print("loaded", flush=True)
            def handle(event, request, headers):
                print("handling", event, flush=True)
                return 1
            serve(handle)
            """)
        try await test.run { function in
            _ = try await function.invoke("1")
            _ = try await function.invoke("2")
            #expect(
                Self.kinds(test.log) == ["loaded"]
                    + Array(repeating: ["START", "handling", "END", "REPORT"], count: 2).joined())
            let reports = test.log.split(separator: "\n").filter { $0.hasPrefix("REPORT") }
            #expect(reports.map { $0.contains("Init Duration: ") } == [true, false])
            let used = try #require(reports[0].firstMatch(of: /Max Memory Used: (\d+) MB/)?.1)
            #expect((4...200).contains(Int(used) ?? 0), "\(used)")
        }
    }

    @Test func anErrorAndAnEndOfTheProcessAreTold() async throws {
        let test = try TestFunction(
            """
            def handle(event, request, headers):
                if event == "end": sys.exit(3)
                call("invocation/" + request + "/error", b'{"errorMessage":"no","errorType":"No"}')
            def fail():
                while True:
                    with call("invocation/next") as answer:
                        request = answer.headers["Lambda-Runtime-Aws-Request-Id"]
                        event = json.loads(answer.read())
                    handle(event, request, {})
            fail()
            """)
        try await test.run { function in
            let failed = try await function.invoke(#""fail""#)
            #expect(failed.functionError == "Unhandled")
            let ended = try await function.invoke(#""end""#)
            #expect(ended.functionError == "Unhandled")
            let reports = test.log.split(separator: "\n").filter { $0.hasPrefix("REPORT") }
            #expect(reports.count == 2)
            #expect(reports.last?.hasSuffix("Status: error\tError Type: Runtime.ExitError") == true, "\(test.log)")
        }
    }

    // MARK: Memory

    /// One that holds on to it, and one that is quicker than any look at it.
    @Test(arguments: ["hold", "answer"])
    func aProcessThatHasHadTooMuchMemoryIsKilled(event: String) async throws {
        let test = try TestFunction(
            """
            def handle(event, request, headers):
                if event == "small": return os.getpid()
                much = bytearray(300 << 20)
                for place in range(0, len(much), 4096): much[place] = 1
                if event == "hold": time.sleep(1000)
                return os.getpid()
            serve(handle)
            """)
        try await test.run { function in
            let first = try await function.invoke(#""small""#)
            let killed = try await function.invoke(#""\#(event)""#)
            #expect(killed.functionError == "Unhandled")
            #expect(killed.text.contains("Runtime.ExitError"), "\(killed.text)")
            #expect(test.log.contains("Memory Size: 256 MB\tMax Memory Used: 256 MB\tStatus: error"), "\(test.log)")
            // The next event has a process of its own.
            #expect(try await function.invoke(#""small""#).text != first.text)
        }
    }
}
