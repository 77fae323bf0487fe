import Foundation
public import Stacks

/// A faults file, read against the stack that its faults are for.
///
///     seed: 7
///     faults:
///       - resource: OrderProcessorFunction
///         fault: error
///         rate: 0.05
public struct FaultsFile: Sendable, Hashable {
    /// The file's name as it was given.
    public let file: String
    public let plan: FaultPlan

    /// Reads a file of YAML or JSON.
    ///
    /// - Throws: ``FaultsFileError`` with all errors of the file.
    public static func load(path: String, for stack: Stack) throws(FaultsFileError) -> FaultsFile {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw FaultsFileError(
                path, "there is no such file of faults, or it cannot be read; name another with --faults")
        }
        guard let text = String(data: data, encoding: .utf8) else {
            throw FaultsFileError(path, "the file of faults is not UTF-8 text; save it as UTF-8")
        }
        return try FaultsFile(yaml: text, file: path, for: stack)
    }

    /// - Parameters:
    ///   - yaml: at most ``FaultsFileReader/bytesMax`` bytes.
    ///   - file: the name that messages give.
    public init(yaml: String, file: String, for stack: Stack) throws(FaultsFileError) {
        var reader = FaultsFileReader(file: file, resources: NamedResource.all(of: stack))
        let plan = reader.read(yaml)
        guard reader.errors.isEmpty else { throw FaultsFileError(file: file, diagnostics: reader.errors) }
        self.file = file
        self.plan = plan
    }
}

/// Why a faults file cannot be used: everything that was found, in the order of the file.
public struct FaultsFileError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The file's name as it was given.
    public let file: String
    public let diagnostics: [Diagnostic]

    init(file: String, diagnostics: [Diagnostic]) {
        self.file = file
        self.diagnostics = diagnostics
    }

    init(_ file: String, _ message: String) {
        self.init(file: file, diagnostics: [Diagnostic(severity: .error, file: file, message: message)])
    }

    /// One line for each.
    public var description: String { diagnostics.map(\.description).joined(separator: "\n") }
}

/// What a faults file may name.
struct NamedResource: Sendable, Hashable {
    let logicalID: String
    let name: String
    enum Kind: Sendable, Hashable {
        case faulty(FaultyResource)
        /// A type that does not fail: of which nothing runs here, such as `AWS::IAM::Role`, or that only keeps, such as
        /// `AWS::Logs::LogGroup`.
        case faultless(String)
    }

    let kind: Kind

    static func all(of stack: Stack) -> [NamedResource] {
        stack.functions.map { .init(logicalID: $0.logicalID, name: $0.name, kind: .faulty(.function)) }
            + stack.queues.map { .init(logicalID: $0.logicalID, name: $0.name, kind: .faulty(.queue)) }
            + stack.tables.map { .init(logicalID: $0.logicalID, name: $0.name, kind: .faulty(.table)) }
            + stack.pipes.map { .init(logicalID: $0.logicalID, name: $0.name, kind: .faulty(.pipe)) }
            + stack.logGroups.map {
                .init(logicalID: $0.logicalID, name: $0.name, kind: .faultless("AWS::Logs::LogGroup"))
            }
            + stack.notLocal.map { .init(logicalID: $0.logicalID, name: $0.logicalID, kind: .faultless($0.type)) }
    }
}
