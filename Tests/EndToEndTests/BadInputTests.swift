import Certificates
import Clocks
import Foundation
import Testing

extension EndToEnd {
    /// What a user gets wrong: one sentence with the thing, the place and the remedy, a non-zero exit, and the data folder as
    /// it was.
    @Suite(.timeLimit(.minutes(3))) struct BadInputTests {
        private let scratch: Scratch
        private let data: String

        init() throws {
            scratch = try Scratch()
            data = scratch.path("data")
        }

        private func template(_ change: (String) -> String) throws -> String {
            let own = try String(contentsOf: Command.project.appendingPathComponent("template.yaml"), encoding: .utf8)
            let changed = change(own)
            try #require(changed != own, "the change must find its place in template.yaml")
            return try scratch.write("changed.yaml", changed)
        }

        /// Runs a command that must fail, and expects one line with these words.
        private func expectRefusal(
            _ arguments: [String], status: Int32 = 1, says words: String...,
            sourceLocation: SourceLocation = #_sourceLocation
        ) async throws {
            let outcome = try await Command.run(arguments, scratch: scratch)
            #expect(outcome.status == status, "\(outcome.output)\(outcome.errors)", sourceLocation: sourceLocation)
            for word in words {
                #expect(outcome.errors.contains(word), "\(word) in: \(outcome.errors)", sourceLocation: sourceLocation)
            }
            if status == 1 {
                #expect(
                    outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)",
                    sourceLocation: sourceLocation)
                #expect(outcome.errors.hasPrefix("sluice: "), "\(outcome.errors)", sourceLocation: sourceLocation)
            }
        }

        private func up(template: String? = nil, _ arguments: String...) -> [String] {
            ["up", "--data", data, "--port", "0", "--console-port", "0"] + (template.map { ["--template", $0] } ?? [])
                + arguments
        }

        private func expectNoData(_ sourceLocation: SourceLocation = #_sourceLocation) {
            #expect(!FileManager.default.fileExists(atPath: data), sourceLocation: sourceLocation)
        }

        @Test func aMissingTemplate() async throws {
            try await expectRefusal(up(template: "/nowhere/template.yaml"), says: "/nowhere/template.yaml")
            expectNoData()
        }

        @Test func aResultThatCannotBeWritten() async throws {
            let sluice = Command.products.appendingPathComponent("sluice").path
            func shell(_ redirection: String) async throws -> Command.Outcome {
                try await Command(
                    program: URL(fileURLWithPath: "/bin/sh"),
                    ["-c", #"'\#(sluice)' filter lint '{"eventName":["INSERT"]}' \#(redirection)"#], scratch: scratch
                ).finish()
            }
            let full = try await shell("> /dev/full")
            #expect(full.status == 2)
            #expect(full.errors.hasPrefix("sluice: Standard output cannot be written: "))
            // A reader that has seen enough is no mistake.
            let closed = try await shell("| true")
            #expect(closed.errors.isEmpty)
        }

        @Test func aWrongProperty() async throws {
            let file = try template { $0.replacing("BillingMode:", with: "BilingMode:", maxReplacements: 1) }
            try await expectRefusal(
                up(template: file), says: "changed.yaml:", "OrdersTable", "BilingMode", "BillingMode")
            expectNoData()
        }

        @Test func anUnknownType() async throws {
            let file = try template { $0.replacingOccurrences(of: "AWS::SQS::Queue", with: "AWS::SQS::Qeue") }
            let outcome = try await Command.run(up(template: file), scratch: scratch)
            #expect(outcome.status == 1)
            #expect(outcome.errors.contains("AWS::SQS::Qeue"))
            expectNoData()
        }

        @Test func aDanglingReference() async throws {
            let file = try template {
                $0.replacingOccurrences(of: "!GetAtt PremiumServiceDLQ.Arn", with: "!GetAtt NoQueue.Arn")
            }
            let outcome = try await Command.run(up(template: file), scratch: scratch)
            #expect(outcome.status == 1)
            #expect(outcome.errors.contains("NoQueue"))
            #expect(outcome.errors.contains("changed.yaml:"))
            expectNoData()
        }

        @Test func anOperatorThatPipesDoNotHave() async throws {
            let file = try template {
                $0.replacingOccurrences(of: #"{"anything-but": ["test.com"]}"#, with: #"{"wildcard": "*.example"}"#)
            }
            let outcome = try await Command.run(up(template: file), scratch: scratch)
            #expect(outcome.status == 1)
            // Both pipes have one, and each is told on a line of its own.
            let lines = outcome.errors.split(separator: "\n")
            #expect(lines.count == 2, "\(outcome.errors)")
            for (line, pipe) in zip(lines, ["StandardOrderPipe", "PremiumOrderPipe"]) {
                #expect(line.hasPrefix("sluice: ") && line.contains("changed.yaml:") && line.contains(pipe), "\(line)")
                #expect(line.contains("The operator wildcard is not supported by EventBridge Pipes"), "\(line)")
            }
            expectNoData()
        }

        @Test func aParameterThatTheTemplateHasNot() async throws {
            try await expectRefusal(up(template: nil, "--parameter", "NoSuch=1"), says: "NoSuch")
            expectNoData()
        }

        @Test(arguments: [
            ("order_id,customer_id,amount_gbp\n1,2,3\n", "timestamp_utc"),
            ("order_id,customer_id,timestamp_utc,amount_gbp\n1,2,2010-12-01T08:26:00Z,x\n", "orders.csv:2"),
            ("order_id,customer_id,timestamp_utc,amount_gbp\n1,2,yesterday,1.00\n", "orders.csv:2"),
            ("", "empty"),
        ])
        func aBadOrderFile(text: String, word: String) async throws {
            let file = try scratch.write("orders.csv", text)
            try await expectRefusal(["demo", "--orders", file, "--data", data], says: "orders.csv", word)
            expectNoData()
        }

        @Test func aDataFolderInUse() async throws {
            let engine = try await RunningSluice.start(data: data, scratch: scratch)
            try await expectRefusal(
                up(), says: data, "in use by process \(engine.command.process.processIdentifier)", "--data")
            // The first one goes on undisturbed.
            #expect(try await engine.status().pipes.count == 2)
            _ = await engine.stop()
        }

        @Test func aDataFolderThatCannotBeMade() async throws {
            try await expectRefusal(
                ["up", "--data", "/proc/sluice-data", "--port", "0", "--console-port", "0"], says: "/proc/sluice-data",
                "cannot be created",
                "--data")
        }

        @Test func aDataFolderOfANewerFormat() async throws {
            try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
            _ = try scratch.write("data/FORMAT", "sluice data format 99\n")
            try await expectRefusal(up(), says: data, "format 99", "newer")
            #expect(try FileManager.default.contentsOfDirectory(atPath: data) == ["FORMAT"])
        }

        @Test func aFunctionThatIsMissing() async throws {
            let folder = scratch.path("functions")
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let outcome = try await Command.run(up(template: nil, "--functions", folder), scratch: scratch)
            #expect(outcome.status == 1)
            #expect(outcome.errors.contains("\(folder)/"))
            #expect(outcome.errors.contains("has no program"))
            #expect(outcome.errors.contains("--functions"))
            expectNoData()
        }

        @Test func aFunctionThatExitsAtOnce() async throws {
            let folder = scratch.path("functions")
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            for name in ["OrderProcessorFunction", "PremiumServiceFunction"] {
                let file = try scratch.write("functions/\(name)", "#!/bin/sh\necho cannot find my settings\nexit 4\n")
                try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file)
            }
            try await expectRefusal(
                up(template: nil, "--functions", folder), says: "Function", "exit status 4", "cannot find my settings")
            expectNoData()
        }

        @Test func aPortInUse() async throws {
            let engine = try await RunningSluice.start(data: data, scratch: scratch)
            let port = try #require(engine.url.split(separator: ":").last)
            try await expectRefusal(
                ["up", "--data", scratch.path("other"), "--port", String(port)], says: String(port),
                "Address already in use", "--port")
            #expect(!FileManager.default.fileExists(atPath: scratch.path("other")))
            _ = await engine.stop()
        }

        @Test func aConsolePortInUse() async throws {
            let engine = try await RunningSluice.start(data: data, scratch: scratch)
            let port = try #require(engine.consoleURL.split(separator: ":").last)
            try await expectRefusal(
                ["up", "--data", scratch.path("other"), "--port", "0", "--console-port", String(port)],
                says: "The console cannot listen on 127.0.0.1:\(port)", "Address already in use", "--console-port",
                "--no-console")
            #expect(!FileManager.default.fileExists(atPath: scratch.path("other")))
            _ = await engine.stop()
        }

        @Test func strictRefusesWhatWouldRunOnAWSOnly() async throws {
            let rule = """
                Resources:
                  NightlyRule:
                    Type: AWS::Events::Rule
                    Properties:
                      ScheduleExpression: rate(1 day)
                """
            let file = try template { $0.replacingOccurrences(of: "Resources:", with: rule) }
            try await expectRefusal(
                up(template: file, "--strict"), says: "NightlyRule", "AWS::Events::Rule", "--strict")
            expectNoData()
        }

        @Test func aReaderThatGoesAwayIsNoCrash() async throws {
            let outcome = try await Command(
                program: URL(fileURLWithPath: "/bin/sh"),
                ["-c", "{ \"$0\" orders put --help; echo $? >&2; } | true", Command.products.path + "/sluice"],
                scratch: scratch
            ).finish()
            #expect(outcome.errors == "0\n")
        }

        @Test func anAddressBeyondThisMachine() async throws {
            try await expectRefusal(
                up(template: nil, "--host", "0.0.0.0"), says: "0.0.0.0", "--credentials", "--tls-certificate",
                "127.0.0.1")
            try await expectRefusal(
                up(template: nil, "--host", "0.0.0.0", "--insecure-unsigned"), says: "The address 0.0.0.0",
                "--tls-certificate", "--tls-development", "--insecure-plaintext")
            try await expectRefusal(
                up(template: nil, "--console-host", "0.0.0.0"), says: "The console's address 0.0.0.0",
                "--tls-development", "--insecure-plaintext", "--console-host")
            expectNoData()
        }

        @Test func aCertificateThatCannotBeUsed() async throws {
            func refuse(_ certificate: String, _ key: String, _ words: [String]) async throws {
                let outcome = try await Command.run(
                    up(template: nil, "--tls-certificate", certificate, "--tls-key", key), scratch: scratch)
                #expect(outcome.status == 1)
                #expect(outcome.errors.hasPrefix("sluice: ") && outcome.errors.split(separator: "\n").count == 1)
                for word in words { #expect(outcome.errors.contains(word), "\(word) in: \(outcome.errors)") }
                expectNoData()
            }
            func made(_ name: String, days: Double = 0) throws -> (certificate: String, key: String) {
                let now = Timestamp(seconds: SystemTime().now().seconds + Int64(days * 86_400))
                let certificate = try DevelopmentCertificate(folder: "", names: []).make(now: now)
                let key = try scratch.write("\(name).key", String(decoding: certificate.keyPEM, as: UTF8.self))
                try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key)
                return (
                    try scratch.write("\(name).pem", String(decoding: certificate.chainPEM, as: UTF8.self)), key
                )
            }
            let (good, other) = (try made("good"), try made("other"))
            let (old, coming) = (try made("old", days: -366), try made("coming", days: 3))
            try await refuse("/nowhere.pem", good.key, ["certificate file /nowhere.pem", "No such file", "name a PEM"])
            try await refuse(good.certificate, "/nowhere.key", ["key file /nowhere.key", "No such file"])
            try await refuse(good.key, good.key, ["holds no certificate", "BEGIN CERTIFICATE"])
            try await refuse(good.certificate, other.key, ["is not that of the certificate", "other.key", "good.pem"])
            try await refuse(old.certificate, old.key, ["has expired on", "renew it"])
            try await refuse(coming.certificate, coming.key, ["is good from", "clock"])
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: good.key)
            try await refuse(good.certificate, good.key, ["chmod 600 \(good.key)"])
        }

        @Test(arguments: [
            (["demo", "--rate", "0"], "--rate"), (["demo", "--fail-rate", "2"], "--fail-rate"),
            (["demo", "--limit", "0"], "--limit"), (["up", "--port", "70000"], "--port"), (["up", "--nope"], "--nope"),
            (["up", "--tls-certificate", "a"], "--tls-key"), (["up", "--tls-key", "a"], "--tls-certificate"),
            (["up", "--tls-certificate", "a", "--tls-key", "b", "--tls-development"], "give one of them"),
            (["up", "--tls-development", "--insecure-plaintext"], "--insecure-plaintext"),
            (["up", "--credentials", "a", "--console-password-file", "b"], "--console-password-file"),
            (["up", "--clock-ahead", "1d"], "--test-clock"),
            (["up", "--test-clock", "--clock-ahead", "soon"], "no duration"),
            (["up", "--parameter", "x"], "Name=Value"), (["orders", "put"], "order-id"), (["nope"], "nope"),
        ])
        func wrongUseExitsWithTwo(arguments: [String], word: String) async throws {
            try await expectRefusal(arguments, status: 2, says: word)
        }
    }
}
