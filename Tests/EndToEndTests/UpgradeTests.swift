import Foundation
import Storage
import Testing

extension EndToEnd {
    /// Data folders that earlier builds have written, opened by this one; and one that a later build has written.
    @Suite struct UpgradeTests {
        private static let fixtures = Command.project.appendingPathComponent("Tests/EndToEndTests/Fixtures")
        /// Those that Scripts/data-fixture has made; the first two layouts are kept beside the migrations that read them.
        private static let names =
            ((try? FileManager.default.contentsOfDirectory(atPath: fixtures.path)) ?? []).sorted()

        /// Tables with items and indexes, streams, queues, dead letters, pipes with their places, metrics, alarms, dashboards
        /// and logs: all are read back and compared with what the writing build read, twice, and then used.
        @Test(arguments: names)
        func everythingInAFolderOfAnEarlierBuildIsReadAsItWasWritten(_ fixture: String) async throws {
            let scratch = try Scratch()
            let python = try #require(Command.tool("python3"), "run `make setup`: the fixture's reader is in Python")
            let outcome = try await Command(
                program: python,
                [
                    "Scripts/data-fixture", "check", "--program",
                    Command.products.appendingPathComponent("sluice").path,
                    Self.fixtures.appendingPathComponent(fixture).path,
                ],
                scratch: scratch
            ).finish()
            #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
            #expect(outcome.output.contains("was read as it was written"), "\(outcome.output)")
        }

        @Test func aFolderOfALaterFormatIsRefusedInWordsAndUntouched() async throws {
            let scratch = try Scratch()
            let newest = try #require(Self.names.last)
            let data = scratch.path("data")
            try FileManager.default.copyItem(
                atPath: Self.fixtures.appendingPathComponent("\(newest)/data").path, toPath: data)
            let later = DataFolder.formatVersion + 1
            try "sluice data format \(later)\n".write(toFile: data + "/FORMAT", atomically: true, encoding: .utf8)
            let before = try Self.contents(of: data)
            let template = Self.fixtures.appendingPathComponent("\(newest)/template.yaml").path
            let functions = Self.fixtures.appendingPathComponent("\(newest)/functions").path
            let outcome = try await Command.run(
                [
                    "up", "--data", data, "--port", "0", "--console-port", "0", "--template", template, "--functions",
                    functions,
                ], scratch: scratch)
            #expect(outcome.status == 1)
            #expect(
                outcome.errors.contains(
                    "The data folder \(data) has format \(later), newer than the \(DataFolder.formatVersion) this build "
                        + "reads; use a newer Sluice or another folder."), "\(outcome.errors)")
            #expect(try Self.contents(of: data) == before)
        }

        private static func contents(of folder: String) throws -> [String: Data] {
            var contents: [String: Data] = [:]
            for name in try FileManager.default.subpathsOfDirectory(atPath: folder) {
                contents[name] = FileManager.default.contents(atPath: "\(folder)/\(name)")
            }
            return contents
        }
    }
}
