import Foundation

/// The names of what exists, each with the small number that stands for it in keys.
///
/// Numbers are given once and never again, so that a deleted and re-created thing does not inherit old keys.
public struct Catalog: Sendable {
    /// What an entry describes.
    public enum Kind: String, Sendable {
        case table, queue, stream, pipe, function, alarm, dashboard, logGroup, logStream
        /// Names that the template has put, by what they name.
        case template
    }

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

    /// All entries of a kind in the order of their names' bytes.
    public func entries<Description>(
        _ kind: Kind, as type: Description.Type = Description.self
    ) throws -> [(name: String, entry: Entry<Description>)] {
        var found: [(name: String, entry: Entry<Description>)] = []
        try visit(kind, as: type) { found.append(($0, $1)) }
        return found
    }

    /// Shows all entries of a kind in that order, one at a time.
    public func visit<Description>(
        _ kind: Kind, as type: Description.Type = Description.self,
        _ body: (_ name: String, _ entry: Entry<Description>) throws -> Void
    ) throws {
        let bounds = Self.bounds(kind)
        try database.scan(.catalog, from: bounds.lower, to: bounds.upper) { key, value in
            let name = String(decoding: key.bytes(from: bounds.lower.count), as: UTF8.self)
            try body(name, try Self.decode(value.bytes(), kind, name))
            return true
        }
    }

    /// Stores a new entry under the next free number, or replaces the description of an existing one.
    @discardableResult
    public func put<Description>(
        _ kind: Kind, _ name: String, _ description: Description
    ) async throws -> Entry<Description> where Description: Codable & Sendable {
        try await writer.commit { try put(kind, name, description, in: $0) }
    }

    /// Forgets an entry. Its number stays used.
    ///
    /// - Returns: whether there was one.
    @discardableResult
    public func remove(_ kind: Kind, _ name: String) async throws -> Bool {
        try await writer.commit { try remove(kind, name, in: $0) }
    }
}

/// The same within a writer's transaction, for changes that belong together, such as a table's and its stream's.
extension Catalog {
    /// The entry called `name` as the transaction's group sees it, or nil.
    public func entry<Description>(
        _ kind: Kind, _ name: String, as type: Description.Type = Description.self, in transaction: Transaction
    ) throws -> Entry<Description>? {
        try transaction.get(.catalog, Self.key(kind, name)).map { try Self.decode($0, kind, name) }
    }

    /// As ``put(_:_:_:)``, committed with the transaction.
    @discardableResult
    public func put<Description>(
        _ kind: Kind, _ name: String, _ description: Description, in transaction: Transaction
    ) throws -> Entry<Description> where Description: Codable & Sendable {
        // Looked up in the transaction: of two callers with one new name, the second finds the first's number.
        let known = try entry(kind, name, as: Description.self, in: transaction)
        let entry = Entry(number: try known?.number ?? Self.nextNumber(in: transaction), description: description)
        transaction.put(.catalog, Self.key(kind, name), Array(try JSONEncoder().encode(entry)))
        return entry
    }

    /// As ``remove(_:_:)``, committed with the transaction.
    @discardableResult
    public func remove(_ kind: Kind, _ name: String, in transaction: Transaction) throws -> Bool {
        let key = Self.key(kind, name)
        guard try transaction.get(.catalog, key) != nil else { return false }
        transaction.delete(.catalog, key)
        return true
    }
}

extension Catalog {
    private static func nextNumber(in transaction: Transaction) throws -> UInt32 {
        // No kind is called "next", and names of kinds end in a slash.
        let counterKey = Array("next".utf8)
        let number = try transaction.get(.catalog, counterKey).map { UInt32(bigEndianBytes: $0[...]) } ?? 1
        var next: [UInt8] = []
        next.appendBigEndian(number + 1)
        transaction.put(.catalog, counterKey, next)
        return number
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

    private static func key(_ kind: Kind, _ name: String) -> [UInt8] { Array("\(kind.rawValue)/\(name)".utf8) }

    /// The keys of all names of a kind: those that begin with the kind and a slash. "0" follows the slash in ASCII.
    private static func bounds(_ kind: Kind) -> (lower: [UInt8], upper: [UInt8]) {
        (Array("\(kind.rawValue)/".utf8), Array("\(kind.rawValue)0".utf8))
    }
}
