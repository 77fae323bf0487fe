import Foundation

/// The names of what exists, each with the small number that stands for it in keys.
///
/// Numbers are given once and never again, so that a deleted and re-created thing does not inherit old keys.
public struct Catalog: Sendable {
    /// What an entry describes.
    public enum Kind: String, Sendable { case table, queue }

    public struct Entry<Description: Codable & Sendable>: Codable, Sendable {
        /// Stands for the thing in keys.
        public var number: UInt32
        public var description: Description
    }

    private let database: Database
    private let writer: GroupCommitWriter

    public init(database: Database, writer: GroupCommitWriter) {
        self.database = database
        self.writer = writer
    }

    /// The entry called `name`, or nil.
    public func entry<Description>(
        _ kind: Kind, _ name: String, as type: Description.Type = Description.self
    ) throws -> Entry<Description>? {
        try database.get(.catalog, Self.key(kind, name)).map { try Self.decode($0, kind, name) }
    }

    private static func decode<Description>(_ bytes: [UInt8], _ kind: Kind, _ name: String) throws -> Entry<Description>
    {
        do {
            return try JSONDecoder().decode(Entry<Description>.self, from: Data(bytes))
        } catch {
            throw StorageError(
                .engine,
                "The \(kind) \(name) cannot be read from the catalog (\(error)); restore the data folder from a backup."
            )
        }
    }

    /// Stores a new entry under the next free number, or replaces the description of an existing one.
    @discardableResult
    public func put<Description>(
        _ kind: Kind, _ name: String, _ description: Description
    ) async throws -> Entry<Description> where Description: Codable & Sendable {
        try await writer.commit { transaction in
            let number: UInt32
            // Looked up in the transaction: of two callers with one new name, the second finds the first's number.
            if let known = try transaction.get(.catalog, Self.key(kind, name)) {
                let entry: Entry<Description> = try Self.decode(known, kind, name)
                number = entry.number
            } else {
                let counterKey = Array("next".utf8)
                number = try transaction.get(.catalog, counterKey).map { UInt32(bigEndianBytes: $0[...]) } ?? 1
                var next: [UInt8] = []
                next.appendBigEndian(number + 1)
                transaction.put(.catalog, counterKey, next)
            }
            let entry = Entry(number: number, description: description)
            transaction.put(.catalog, Self.key(kind, name), Array(try JSONEncoder().encode(entry)))
            return entry
        }
    }

    private static func key(_ kind: Kind, _ name: String) -> [UInt8] { Array("\(kind.rawValue)/\(name)".utf8) }
}
