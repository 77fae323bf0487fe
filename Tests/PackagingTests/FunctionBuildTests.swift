import Packaging
import Testing

@Suite struct FunctionBuildTests {
    private static let build = FunctionBuild(products: ["A", "B"], folder: "/project")

    @Test func eachProductIsBuiltApartFromTheOtherBuildAndCarriesItsLibraries() {
        let commands = Self.build.commands
        #expect(commands.count == 2)
        #expect(commands[0].starts(with: ["swift", "build", "-c", "release", "--static-swift-stdlib"]))
        #expect(commands[1].contains("B") && !commands[1].contains("A"))
        // The linker's folder for static libraries is the one that the link to libz is put in.
        #expect(commands.allSatisfy { $0.contains("-L/project/.build-static/lib") })
    }

    @Test func theProgramsAreWhereTheBuildPutsThem() {
        #expect(Self.build.programs == ["/project/.build-static/release/A", "/project/.build-static/release/B"])
        #expect(Self.build.libraryFolder == "/project/.build-static/lib")
    }
}
