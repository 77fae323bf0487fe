import Clocks
import Storage

/// What the data folder keeps of a function: what the Lambda API has made of it.
struct StoredFunction: Codable, Sendable {
    /// The template's entry that was changed; nil for a function that the template does not have.
    var template: FunctionSettings?
    /// The settings that hold instead; nil for a function that was deleted.
    var settings: FunctionSettings?
    /// Whether its code is a zip of the catalog; otherwise it is the template's.
    var hasCode: Bool
    var changedAt: Timestamp
}

/// The functions in the catalog. What somebody has made, changed or deleted stays so after a restart, one of the template for as
/// long as its entry is the one that was changed.
struct FunctionStates: Sendable {
    let database: Database
    let writer: GroupCommitWriter
    let time: any TimeSource

    private var catalog: Catalog { Catalog(database: database, writer: writer) }

    func stored(_ name: String) throws -> StoredFunction? {
        try catalog.entry(.function, name, as: StoredFunction.self)?.description
    }

    func all() throws -> [(name: String, function: StoredFunction)] {
        try catalog.entries(.function, as: StoredFunction.self).map { ($0.name, $0.entry.description) }
    }

    func zip(_ name: String) throws -> [UInt8]? { try database.get(.catalog, Self.codeKey(name)) }

    /// - Parameter zip: new code; nil leaves what is there.
    func save(_ function: StoredFunction, _ name: String, zip: [UInt8]? = nil) async throws {
        try await writer.commit { transaction in
            try catalog.put(.function, name, function, in: transaction)
            if let zip { transaction.put(.catalog, Self.codeKey(name), zip) }
            if !function.hasCode { transaction.delete(.catalog, Self.codeKey(name)) }
        }
    }

    func remove(_ name: String) async throws {
        try await writer.commit { transaction in
            try catalog.remove(.function, name, in: transaction)
            transaction.delete(.catalog, Self.codeKey(name))
        }
    }

    private static func codeKey(_ name: String) -> [UInt8] { Array("code/\(name)".utf8) }
}
