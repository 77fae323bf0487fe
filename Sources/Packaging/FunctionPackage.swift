import Foundation

/// A function's program as Lambda takes it: a zip with `bootstrap` at its root.
public struct FunctionPackage: Sendable {
    /// The function's name: the zip is `NAME.zip`.
    public let name: String
    /// What the program needs of the machine.
    public let program: ELFProgram
    public let programBytes: Int
    public let archive: [UInt8]

    /// Checks a program and packs it.
    ///
    /// - Parameter path: the program's file; its name is the function's.
    /// - Throws: `PackagingError` for a file that cannot be read, that is no Linux program, or that does not run on `base`.
    public init(program path: String, for base: RuntimeBase) throws(PackagingError) {
        name = URL(fileURLWithPath: path).lastPathComponent
        guard let contents = FileManager.default.contents(atPath: path) else {
            throw PackagingError("The program \(path) cannot be read; build it first, or name another.")
        }
        let bytes = Array(contents)
        let program: ELFProgram
        do { program = try ELFProgram(bytes) } catch { throw PackagingError(error, path) }
        let objections = base.objections(to: program)
        guard objections.isEmpty else {
            throw PackagingError(objections.map { "\(path) \($0)." }.joined(separator: "\n"))
        }
        self.program = program
        programBytes = bytes.count
        archive = try ZipArchive.bytes(of: [.init(name: "bootstrap", contents: bytes, permissions: 0o755)])
    }

    /// Writes `NAME.zip` into a folder, which is made when it is missing; a zip that is there is replaced in one step.
    ///
    /// - Returns: the zip's path.
    public func write(to folder: String) throws(PackagingError) -> String {
        let file = URL(fileURLWithPath: folder).appendingPathComponent("\(name).zip")
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try Data(archive).write(to: file, options: .atomic)
        } catch {
            throw PackagingError(
                "The package \(file.path) cannot be written (\(error)); name another folder with --output.")
        }
        return file.path
    }
}

/// Why there is no package.
public struct PackagingError: Error, Sendable, CustomStringConvertible {
    /// One sentence, or one a line: the thing, the place, the remedy.
    public let description: String

    init(_ description: String) { self.description = description }

    init(_ error: ELFError, _ path: String) {
        description =
            switch error {
            case .notELF: "\(path) is no Linux program; name one that swift build has made on Linux."
            case .otherKind: "\(path) is for a processor that Lambda does not have; build it for x86_64 or arm64."
            case .noSections:
                "\(path) does not say what it needs: its section headers are gone; strip it of symbols only."
            case .cutOff: "\(path) is damaged: it ends before what it says that it holds; build it again."
            }
    }
}
