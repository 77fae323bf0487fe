import Foundation
import Testing

extension EndToEnd {
    /// `sluice data`: check, backup, restore.
    @Suite struct DataTests {
        private static func put(_ engine: RunningSluice, _ id: String) async throws {
            let answer = try await engine.send(
                "PutItem",
                #"{"TableName":"Orders","Item":{"orderId":{"S":"\#(id)"},"timestamp":{"N":"1"},"customerId":{"S":"7"}}}"#
            )
            #expect(answer.status == 200)
        }

        private static func ids(_ engine: RunningSluice) async throws -> String {
            try await engine.send("Scan", #"{"TableName":"Orders","ProjectionExpression":"orderId"}"#).body
        }

        @Test func aRunningEngineIsBackedUpAndTheCopyIsThatMoment() async throws {
            let scratch = try Scratch()
            let (data, backup, restored) = (scratch.path("data"), scratch.path("backup"), scratch.path("restored"))
            let engine = try await RunningSluice.start(data: data, scratch: scratch)
            try await Self.put(engine, "before")
            let made = try await Command.run(
                ["data", "backup", backup, "--data", data, "--endpoint-url", engine.url, "--json"], scratch: scratch)
            #expect(made.status == 0, "\(made.errors)")
            #expect(made.output.contains(#""path" : "\#(backup)""#))
            try await Self.put(engine, "after")
            _ = await engine.stop()

            let checked = try await Command.run(["data", "check", "--data", backup], scratch: scratch)
            #expect(checked.status == 0, "\(checked.output)\(checked.errors)")
            #expect(checked.output.contains("1 items in 3 tables, 1 index entries, 1 records in 1 streams"))
            #expect(checked.output.contains("Everything is sound."))
            let outcome = try await Command.run(["data", "restore", backup, "--data", restored], scratch: scratch)
            #expect(outcome.status == 0, "\(outcome.errors)")
            let copy = try await RunningSluice.start(data: restored, scratch: scratch)
            let ids = try await Self.ids(copy)
            #expect(ids.contains("before") && !ids.contains("after"), "\(ids)")
            _ = await copy.stop()
        }

        @Test func aStoppedFolderIsBackedUpWithoutAnEngine() async throws {
            let scratch = try Scratch()
            let data = scratch.path("data")
            let engine = try await RunningSluice.start(data: data, scratch: scratch)
            try await Self.put(engine, "one")
            _ = await engine.stop()
            let made = try await Command.run(["data", "backup", scratch.path("b"), "--data", data], scratch: scratch)
            #expect(made.status == 0, "\(made.errors)")
            #expect(made.output.hasPrefix("Backed up to \(scratch.path("b")), "))
            let again = try await Command.run(["data", "backup", scratch.path("b"), "--data", data], scratch: scratch)
            #expect(again.status == 1)
            #expect(again.errors.contains("is not empty; give a new or an empty folder"))
        }

        @Test func aCheckFindsADamagedFileAndAMissingEntry() async throws {
            let scratch = try Scratch()
            let data = scratch.path("data")
            let engine = try await RunningSluice.start(data: data, scratch: scratch)
            for number in 0..<50 { try await Self.put(engine, "o-\(number)") }
            _ = await engine.stop()
            let backup = scratch.path("backup")
            #expect(try await Command.run(["data", "backup", backup, "--data", data], scratch: scratch).status == 0)
            // A backup's tables are in files; one flipped byte in the middle of each must be found.
            let store = backup + "/store"
            let files = try FileManager.default.contentsOfDirectory(atPath: store).filter { $0.hasSuffix(".sst") }
            try #require(!files.isEmpty)
            for name in files {
                var bytes = try Data(contentsOf: URL(fileURLWithPath: "\(store)/\(name)"))
                bytes[bytes.count / 3] ^= 0xff
                try FileManager.default.removeItem(atPath: "\(store)/\(name)")
                try bytes.write(to: URL(fileURLWithPath: "\(store)/\(name)"))
            }
            let checked = try await Command.run(["data", "check", "--data", backup, "--json"], scratch: scratch)
            #expect(checked.status == 1, "\(checked.output)\(checked.errors)")
        }

        @Test func whatCannotBeDoneIsSaidInOneSentence() async throws {
            let scratch = try Scratch()
            let data = scratch.path("data")
            let engine = try await RunningSluice.start(data: data, scratch: scratch)
            let busy = try await Command.run(["data", "check", "--data", data], scratch: scratch)
            #expect(busy.status == 1)
            #expect(busy.errors.contains("is in use by process"))
            let unreachable = try await Command.run(
                ["data", "backup", scratch.path("b"), "--data", data, "--endpoint-url", "http://127.0.0.1:9"],
                scratch: scratch)
            #expect(unreachable.status == 1)
            #expect(unreachable.errors.contains("none answers at http://127.0.0.1:9"))
            _ = await engine.stop()
            for arguments in [
                ["data", "check", "--data", scratch.path("nothing")],
                ["data", "restore", scratch.path("nothing"), "--data", scratch.path("new")],
                ["data", "restore", data, "--data", data],
            ] {
                let outcome = try await Command.run(arguments, scratch: scratch)
                #expect(outcome.status == 1, "\(arguments)")
                #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
            }
            #expect(!FileManager.default.fileExists(atPath: scratch.path("new")))
        }
    }
}
