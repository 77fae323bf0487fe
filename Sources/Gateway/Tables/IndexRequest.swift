import Items
import Tables

/// An index in a request: of `GlobalSecondaryIndexes`, `LocalSecondaryIndexes` or `GlobalSecondaryIndexUpdates`.
struct IndexRequest {
    let name: String
    let keys: KeySchemaRequest
    let throughput: TableDefinition.Throughput?
    private let isGlobal: Bool
    private let projectionType: String?
    private let nonKeyAttributes: [String]?

    init(_ index: RequestValue, isGlobal: Bool) {
        name = index["IndexName"]?.text ?? ""
        keys = KeySchemaRequest(index["KeySchema"]?.elements ?? [])
        throughput = index["ProvisionedThroughput"].map(TableDefinition.Throughput.init)
        self.isGlobal = isGlobal
        projectionType = index["Projection"]?["ProjectionType"]?.text
        nonKeyAttributes = index["Projection"]?["NonKeyAttributes"]?.elements?.compactMap(\.text)
    }

    /// Checks keys and projection.
    ///
    /// - Parameter table: the table's keys.
    /// - Throws: a ValidationException, in AWS's order of checks.
    func check(_ definitions: AttributeDefinitions, table: KeySchemaRequest) throws(ServiceError) {
        try keys.checkIndex(definitions)
        if !isGlobal { try checkLocal(table) }
        try checkProjection()
    }

    func definition(_ type: (String) -> KeySchema.ScalarType?) -> TableDefinition.Index {
        let projection: TableDefinition.Projection =
            switch projectionType {
            case "INCLUDE": .include(nonKeyAttributes ?? [])
            case "KEYS_ONLY": .keysOnly
            default: .all
            }
        return TableDefinition.Index(
            name: name, keySchema: keys.keySchema(type), isGlobal: isGlobal, projection: projection,
            throughput: throughput)
    }

    private func checkLocal(_ table: KeySchemaRequest) throws(ServiceError) {
        guard keys.hasRangeKey else {
            throw .invalidParameter("Index KeySchema does not have a range key for index: \(name)")
        }
        guard keys.names[0] == table.names[0] else {
            throw .invalidParameter(
                "Index KeySchema does not have the same leading hash key as table KeySchema for index: \(name). "
                    + "index hash key: \(keys.names[0]), table hash key: \(table.names[0])")
        }
    }

    func checkProjection() throws(ServiceError) {
        guard let projectionType else { throw .invalidParameter("Unknown ProjectionType: null") }
        guard projectionType == "INCLUDE" else {
            guard nonKeyAttributes == nil else {
                throw .invalidParameter("ProjectionType is \(projectionType), but NonKeyAttributes is specified")
            }
            return
        }
        guard let nonKeyAttributes else {
            throw .invalidParameter("ProjectionType is INCLUDE, but NonKeyAttributes is not specified")
        }
        var seen: Set<String> = []
        for attribute in nonKeyAttributes where !seen.insert(attribute).inserted {
            throw .invalidParameter("Duplicate element in NonKeyAttributes: \(attribute)")
        }
    }
}

extension TableDefinition.Throughput {
    /// Most units that a request may ask for. What is more is refused before anything else is looked at.
    static let unitsMax = 1_000_000_000_000

    init(_ throughput: RequestValue) {
        self.init(
            readCapacityUnits: throughput["ReadCapacityUnits"]?.integer ?? .max,
            writeCapacityUnits: throughput["WriteCapacityUnits"]?.integer ?? .max)
    }

    /// - Parameter index: the index's name, or nil for the table.
    func checkBounds(index: String? = nil) throws(ServiceError) {
        let place = index.map { " for index \($0)" } ?? ""
        for (name, units) in [("ReadCapacityUnits", readCapacityUnits), ("WriteCapacityUnits", writeCapacityUnits)]
        where units > Self.unitsMax {
            throw .validation("Given value \(units) for \(name) is out of bounds\(place)")
        }
    }
}
