import Items
import Tables

/// Read or write units that one request took from one table, counted in halves: an eventually consistent read costs half
/// a unit.
struct Capacity {
    /// What a read unit pays for. AWS: 4 KB, rounded up.
    private static let readUnitBytes = 4_096

    enum Kind: String {
        case read = "ReadCapacityUnits"
        case write = "WriteCapacityUnits"
    }

    private(set) var tableHalves = 0
    private(set) var indexHalves: [String: Int] = [:]
    var totalHalves: Int { tableHalves + indexHalves.values.reduce(0, +) }

    /// Adds a read of so many bytes, of the table or of an index.
    mutating func addRead(_ bytes: Int, index: String? = nil, isConsistent: Bool, isTransaction: Bool = false) {
        let units = max(1, (bytes + Self.readUnitBytes - 1) / Self.readUnitBytes)
        let halves = units * (isTransaction ? 4 : isConsistent ? 2 : 1)
        if let index { indexHalves[index, default: 0] += halves } else { tableHalves += halves }
    }

    /// Adds a read of one item of the table. Its JSON is never shorter than its size, so that of most items need not be
    /// read.
    mutating func addRead(_ stored: StoredItem?, isConsistent: Bool) throws {
        let isSmall = stored.map { $0.json.count <= Self.readUnitBytes } ?? true
        addRead(isSmall ? 0 : try stored?.item.sizeBytes ?? 0, isConsistent: isConsistent)
    }

    /// Adds a write.
    mutating func addWrite(_ result: WriteResult, to table: Table, isTransaction: Bool = false) throws {
        let units = try table.writeUnits(result)
        let factor = isTransaction ? 4 : 2
        tableHalves += units.table * factor
        for (index, count) in units.indexes { indexHalves[index, default: 0] += count * factor }
    }
}

extension JSONWriter {
    /// One `ConsumedCapacity`.
    /// - Parameters:
    ///   - name: the table as the answer names it.
    ///   - kind: names the units as well, as transactions do.
    mutating func capacity(
        _ capacity: Capacity, of name: String, _ detail: CapacityDetail, indexes: [TableDefinition.Index],
        kind: Capacity.Kind? = nil
    ) {
        object { json in
            json.member("TableName", name)
            json.units(capacity.totalHalves, kind)
            guard detail == .indexes else { return }
            json.member("Table") { $0.units(capacity.tableHalves, kind) }
            for (member, isGlobal) in [("LocalSecondaryIndexes", false), ("GlobalSecondaryIndexes", true)] {
                let used = indexes.filter { $0.isGlobal == isGlobal && capacity.indexHalves[$0.name] != nil }
                guard !used.isEmpty else { continue }
                json.member(member) { json in
                    for index in used {
                        json.member(index.name) { $0.units(capacity.indexHalves[index.name] ?? 0, kind) }
                    }
                }
            }
        }
    }

    private mutating func units(_ halves: Int, _ kind: Capacity.Kind?) {
        let text = "\(halves / 2).\(halves % 2 == 0 ? 0 : 5)"
        member("CapacityUnits", raw: text.utf8)
        if let kind { member(kind.rawValue, raw: text.utf8) }
    }
}
