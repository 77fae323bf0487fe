import Crypto
import Foundation
import Functions

/// Where a function's code comes from.
enum FunctionCode: Sendable {
    /// A program, or a folder with one.
    case path(String)
    /// A zip in a file.
    case package(String)
    /// A zip that the Lambda API was given.
    case zip([UInt8])

    init(path: String) { self = path.hasSuffix(".zip") ? .package(path) : .path(path) }

    /// The code as it runs.
    struct Unpacked: Sendable {
        var program: FunctionProgram
        var sizeBytes: Int
        /// Of a zip, in Base64.
        var sha256: String?
        /// When the program was written last; nil for a zip from the API.
        var writtenAt: Date?
        /// Where a zip was unpacked.
        var folder: String?

        /// Removes what was unpacked; the function's processes must have ended.
        func remove() { if let folder { try? FileManager.default.removeItem(atPath: folder) } }
    }

    /// Finds the program; a zip is unpacked into the functions' folder first.
    ///
    /// - Throws: `FunctionError`.
    func unpacked(_ name: String, _ settings: FunctionSettings, keeper: ProcessKeeper) throws -> Unpacked {
        switch self {
        case .path(let path):
            let program = try FunctionProgram(
                function: name, runtime: settings.runtime, handler: settings.handler, codePath: path)
            let file = try? FileManager.default.attributesOfItem(
                atPath: path == program.taskRoot ? path : program.executablePath)
            return Unpacked(
                program: program, sizeBytes: file?[.size] as? Int ?? 0, writtenAt: file?[.modificationDate] as? Date)
        case .package(let path):
            guard let bytes = FileManager.default.contents(atPath: path) else {
                throw FunctionError(
                    .missingExecutable,
                    "The package \(path) of the function \(name) cannot be read; build it with make package-functions.")
            }
            var code = try Self.unpack(Array(bytes), path, name, settings, keeper)
            code.writtenAt = (try? FileManager.default.attributesOfItem(atPath: path))?[.modificationDate] as? Date
            return code
        case .zip(let bytes): return try Self.unpack(bytes, "of the function \(name)", name, settings, keeper)
        }
    }

    private static func unpack(
        _ zip: [UInt8], _ label: String, _ name: String, _ settings: FunctionSettings, _ keeper: ProcessKeeper
    ) throws -> Unpacked {
        // A new one each time: the folder of a function that is replaced is left to its processes.
        let folder = try keeper.makeFolder("code/\(name)-\(String.randomUUID())")
        do {
            try CodeArchive.unpack(zip, named: label, into: folder)
            keeper.show(folder)
            let program = try FunctionProgram(
                function: name, runtime: settings.runtime, handler: settings.handler, codePath: folder)
            return Unpacked(
                program: program, sizeBytes: zip.count, sha256: Data(SHA256.hash(data: zip)).base64EncodedString(),
                folder: folder)
        } catch {
            // Zips that are refused, one after the other, would fill the disk.
            try? FileManager.default.removeItem(atPath: folder)
            throw error
        }
    }
}
