import Foundation
import Storage
import Testing

/// Every layout that data folders have had is kept as a fixture, so that none is forgotten when the next one comes.
@Suite struct LayoutFixtureTests {
    private static let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()

    /// Folders called `layout-N` in the fixtures of any test target, and what their marks say.
    private static func marks(of version: Int) throws -> [String] {
        try FileManager.default.contentsOfDirectory(at: tests, includingPropertiesForKeys: nil).flatMap { target in
            let fixture = target.appendingPathComponent("Fixtures/layout-\(version)")
            // Of the engine's fixtures the data folder is a part.
            return ["FORMAT", "data/FORMAT"].compactMap {
                try? String(contentsOf: fixture.appendingPathComponent($0), encoding: .utf8)
            }
        }
    }

    @Test(arguments: 1...DataFolder.formatVersion) func thereIsAFixture(of version: Int) throws {
        let marks = try Self.marks(of: version)
        #expect(
            !marks.isEmpty,
            "no fixture has layout \(version); make one with Scripts/data-fixture before the next layout comes")
        for mark in marks { #expect(mark == "sluice data format \(version)\n") }
    }

    /// The newest one is of the whole engine, with what was read back from it.
    @Test func theNewestLayoutsFixtureHoldsEverything() {
        let fixture = Self.tests.appendingPathComponent("EndToEndTests/Fixtures/layout-\(DataFolder.formatVersion)")
        for name in ["data/FORMAT", "data/store/CURRENT", "template.yaml", "expected.json"] {
            #expect(
                FileManager.default.fileExists(atPath: fixture.appendingPathComponent(name).path),
                "\(name) is missing in \(fixture.path); run Scripts/data-fixture make")
        }
    }
}
