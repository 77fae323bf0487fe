/// The commands that build a template's functions for AWS, one program each.
///
/// Apart from the other build, in a folder of its own: objects are linked otherwise. Its `lib` holds static libraries that the
/// linker finds first.
public struct FunctionBuild: Sendable, Hashable {
    /// A folder beside `Package.swift`.
    public static let scratchFolder = ".build-static"

    /// The products of `Package.swift`.
    public let products: [String]
    /// The folder of `Package.swift`, absolute.
    public let folder: String

    public init(products: [String], folder: String) {
        self.products = products
        self.folder = folder
    }

    /// The folder that the linker looks in first.
    public var libraryFolder: String { "\(folder)/\(Self.scratchFolder)/lib" }

    /// Asks the C compiler where its static libz is; a link in ``libraryFolder`` leads there.
    ///
    /// - Parameter compiler: such as `cc`.
    public static func libraryQuestion(_ compiler: String) -> [String] { [compiler, "-print-file-name=libz.a"] }

    /// One for each product, to be run in this order.
    ///
    /// Nothing of a program is for others to call, so that what it does not use itself is left out of it.
    public var commands: [[String]] {
        products.map { product in
            [
                "swift", "build", "-c", "release", "--static-swift-stdlib", "--package-path", folder, "--scratch-path",
                "\(folder)/\(Self.scratchFolder)", "--product", product, "-Xlinker", "-L\(libraryFolder)", "-Xlinker",
                "--no-export-dynamic", "-Xlinker", "--strip-all",
            ]
        }
    }

    /// The programs that the commands make, in their order.
    public var programs: [String] { products.map { "\(folder)/\(Self.scratchFolder)/release/\($0)" } }
}
