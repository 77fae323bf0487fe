import Clocks
import Foundation
import Items
import Storage
import Tables

/// A table of its own in a temporary folder, opened, closed and opened again by a test.
final class OpenTable {
    /// 2025-01-02T03:00:00.291Z: a moment whose binary fraction is a little less than its decimal one.
    static let start = Timestamp(milliseconds: 1_735_786_800_291)

    let time = ManualTime(start: start)
    private let path = NSTemporaryDirectory() + "sluice-tables-\(UUID().uuidString)"
    private var opened: (database: Database, writer: GroupCommitWriter, table: Table)?

    var table: Table { opened!.table }
    var stream: ChangeStream { table.stream! }

    init(_ definition: TableDefinition = .orders) async throws { try await open(definition) }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    private func open(_ definition: TableDefinition) async throws {
        let database = try Database(folder: DataFolder(path: path))
        let writer = GroupCommitWriter(database: database)
        opened = (database, writer, try await Table(definition, database: database, writer: writer, time: time))
    }

    /// Another table in the same store. It must be let go before ``reopen(as:)``.
    func openBeside(_ definition: TableDefinition, time: ManualTime? = nil) async throws -> Table {
        try await Table(definition, database: opened!.database, writer: opened!.writer, time: time ?? self.time)
    }

    /// Closes everything and opens it again, with another definition if one is given.
    func reopen(as definition: TableDefinition? = nil) async throws {
        let definition = definition ?? table.definition
        await opened?.writer.close()
        opened = nil
        try await open(definition)
    }

    /// All stream records, decoded as a function decodes them.
    func changes(after sequence: UInt64 = 0) throws -> [StreamRecord] {
        try stream.records(after: sequence, limit: .max).map {
            try JSONDecoder().decode(StreamRecord.self, from: Data($0.json))
        }
    }
}

extension TableDefinition {
    /// One hash key, all images in the stream.
    static let orders = table()

    static func table(
        name: String = "Orders", hashKey: KeySchema.Attribute = .init(name: "pk", type: .string),
        rangeKey: KeySchema.Attribute? = nil, indexes: [Index] = [], stream: StreamViewType? = .newAndOldImages
    ) -> TableDefinition {
        TableDefinition(
            name: name, arn: "arn:aws:dynamodb:eu-west-1:123456789012:table/\(name)", region: "eu-west-1",
            keySchema: KeySchema(hashKey: hashKey, rangeKey: rangeKey), indexes: indexes, streamViewType: stream)
    }
}

extension TableDefinition.Index {
    static let byStatus = Self(
        name: "byStatus",
        keySchema: KeySchema(
            hashKey: .init(name: "status", type: .string), rangeKey: .init(name: "amount", type: .number)))
    static let byCustomer = Self(
        name: "byCustomer", keySchema: KeySchema(hashKey: .init(name: "customer", type: .string)))
}
