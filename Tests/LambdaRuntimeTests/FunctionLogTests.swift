import Foundation
import Logging
import Testing

@testable import LambdaRuntime

struct FunctionLogTests {
    private let moment = Date(timeIntervalSince1970: 1_700_000_000.25)

    private func line(_ format: LogSettings.Format, _ message: Logger.Message, _ metadata: Logger.Metadata) -> String {
        var handler = FunctionLogHandler(format: format, requestID: "r-1", logLevel: .trace)
        handler[metadataKey: "pipe"] = "premium"
        let event = LogEvent(
            level: .warning, message: message, metadata: metadata, source: "", file: "", function: "", line: 0)
        return String(decoding: handler.line(event, at: moment), as: UTF8.self)
    }

    @Test func jsonLinesHaveLambdasMembers() {
        #expect(
            line(.json, "a \"message\"", ["eventID": "e"])
                == #"{"level":"WARN","message":"a \"message\"","metadata":{"eventID":"e","pipe":"premium"},"#
                + #""requestId":"r-1","timestamp":"2023-11-14T22:13:20.250Z"}"#)
    }

    @Test func textLinesAreOneLineEach() {
        #expect(
            line(.text, "two\nlines", ["pipe": "x", "a": "b"])
                == "2023-11-14T22:13:20.250Z\tr-1\tWARN\ttwo lines a=b pipe=x")
    }

    @Test(arguments: [
        ("TRACE", Logger.Level.trace), ("debug", .debug), ("INFO", .info), ("WARN", .warning), ("ERROR", .error),
        ("FATAL", .critical), ("LOUD", .info), ("", .info),
    ]) func levelsAreLambdas(_ name: String, _ level: Logger.Level) {
        #expect(LogSettings(environment: ["AWS_LAMBDA_LOG_LEVEL": name]).level == level)
    }

    @Test func whatIsNotSetIsInfoAndText() {
        let settings = LogSettings(environment: [:])
        #expect(settings.level == .info)
        #expect(settings.format == .text)
        #expect(LogSettings(environment: ["AWS_LAMBDA_LOG_FORMAT": "JSON"]).format == .json)
    }

    @Test func anErrorsTypeFitsAHeader() {
        struct Größe: Error {}
        #expect(FunctionFailure(Größe()).headerValue(category: "Function") == "Function.Gre")
    }
}
