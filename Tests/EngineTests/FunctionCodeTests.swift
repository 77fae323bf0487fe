import Foundation
import Functions
import Gateway
import Testing

@testable import Engine

struct FunctionCodeTests {
    /// One after the other, they would fill the disk until the engine ends.
    @Test func ofAZipThatIsRefusedNothingStays() async throws {
        let keeper = try ProcessKeeper()
        var change = FunctionChange()
        (change.runtime, change.handler) = ("provided.al2023", "bootstrap")
        change.roleARN = "arn:aws:iam::000000000000:role/Worker"
        let settings = try FunctionSettings(change)
        #expect(throws: FunctionError.self) {
            try FunctionCode.zip(Array("no zip".utf8)).unpacked("Worker", settings, keeper: keeper)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(keeper.folder)/code").isEmpty)
        await keeper.close()
    }
}
