import Items
import Tables

/// `GlobalSecondaryIndexUpdates` of UpdateTable.
struct IndexUpdates {
    private let updates: [RequestValue]
    private let definitions: [RequestValue]?
    private let hasStreamChange: Bool
    private let hasThroughput: Bool
    private let table: TableDescription
    private let billingMode: TableDefinition.BillingMode

    init(_ updates: [RequestValue], _ request: RequestValue, _ table: TableDescription) {
        self.updates = updates
        definitions = request["AttributeDefinitions"]?.elements
        hasStreamChange = request["StreamSpecification"] != nil
        hasThroughput = request["ProvisionedThroughput"] != nil
        self.table = table
        billingMode =
            request["BillingMode"]?.text.flatMap(TableDefinition.BillingMode.init) ?? table.definition.billingMode
    }

    /// Checks what the list shows by itself: one action an update, one update an index, capacity within bounds.
    static func check(_ updates: [RequestValue]) throws(ServiceError) {
        var names: Set<String> = []
        for update in updates {
            let actions = ["Update", "Create", "Delete"].compactMap { update[$0] }
            guard let action = actions.first else {
                throw .invalidParameter(
                    "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
                        + "GlobalSecondaryIndexUpdate.Delete must not be null")
            }
            guard actions.count == 1 else {
                throw .invalidParameter(
                    "Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate object")
            }
            let name = action["IndexName"]?.text ?? ""
            guard names.insert(name).inserted else {
                throw .invalidParameter(
                    "Only one global secondary index update per index is allowed simultaneously. Index: \(name)")
            }
            if let throughput = action["ProvisionedThroughput"] {
                try TableDefinition.Throughput(throughput).checkBounds(index: name)
            }
        }
    }

    func apply(to update: inout TableUpdate) throws(ServiceError) {
        let created = updates.compactMap { $0["Create"] }
        let deleted = updates.compactMap { $0["Delete"]?["IndexName"]?.text }
        if !created.isEmpty || !deleted.isEmpty { try checkOnline(created.count + deleted.count) }
        for index in created { update.createdIndexes.append(try createdIndex(index)) }
        for name in deleted {
            _ = try existing(name, verb: "delete")
            update.deletedIndexes.append(name)
        }
        for change in updates.compactMap({ $0["Update"] }) {
            let name = change["IndexName"]?.text ?? ""
            update.updatedIndexThroughputs[name] = try throughput(change, of: existing(name, verb: "update"))
        }
        try CreateTableRequest.checkProjections(table.definition.indexes + update.createdIndexes)
    }

    /// One index may be made or taken away at a time, and no other change of the table's running goes with it.
    private func checkOnline(_ count: Int) throws(ServiceError) {
        if hasThroughput {
            throw .invalidParameter("You cannot create or delete index while updating table IOPS")
        }
        if hasStreamChange {
            throw .invalidParameter("You cannot create or delete index while changing stream status")
        }
        let isBusy = table.indexes.contains { $0.status == .creating || $0.status == .deleting }
        guard count == 1, !isBusy else {
            throw ServiceError(
                .limitExceeded,
                "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table")
        }
    }

    private func createdIndex(_ index: RequestValue) throws(ServiceError) -> TableDefinition.Index {
        let request = IndexRequest(index, isGlobal: true)
        let current = table.definition
        guard let definitions else {
            throw .invalidParameter("AttributeDefinitions is not specified for index: \(request.name)")
        }
        let given = try AttributeDefinitions(definitions)
        try request.keys.checkIndex(given)
        try request.checkProjection()
        guard !current.indexes.contains(where: { $0.name == request.name }) else {
            throw .validation("Attempting to create an index which already exists")
        }
        guard current.indexes.count(where: \.isGlobal) < CreateTableRequest.globalIndexesMax else {
            throw ServiceError(
                .limitExceeded,
                "GlobalSecondaryIndex count exceeds the per-table limit of \(CreateTableRequest.globalIndexesMax)")
        }
        switch (billingMode, request.throughput) {
        case (.payPerRequest, .some):
            throw .invalidParameter(
                "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: \(request.name) when "
                    + "BillingMode is PAY_PER_REQUEST")
        case (.provisioned, nil):
            throw .invalidParameter(
                "Both ReadCapacityUnits and WriteCapacityUnits must be specified for index: \(request.name)")
        case (_, let throughput): try throughput?.checkBounds(index: request.name)
        }
        let created = request.definition { given[$0] }
        try Self.checkTypes(of: created.keySchema, current)
        return created
    }

    /// An attribute that is a key of the table or of one of its indexes has the same type as a key of another index.
    private static func checkTypes(of new: KeySchema, _ current: TableDefinition) throws(ServiceError) {
        let types = Dictionary(uniqueKeysWithValues: new.attributes.map { ($0.name, $0.type) })
        for existing in [current.keySchema] + current.indexes.map(\.keySchema) {
            guard existing.attributes.contains(where: { types[$0.name, default: $0.type] != $0.type }) else { continue }
            throw .invalidParameter(
                "Attributes cannot be redefined. Please check that your attribute has the same type as previously "
                    + "defined. Existing schema: \(shown(existing)) New schema: \(shown(new))")
        }
    }

    /// A key schema as AWS prints it there.
    private static func shown(_ schema: KeySchema) -> String {
        let elements = zip(schema.attributes, ["HASH", "RANGE"]).map { attribute, role in
            "SchemaElement: key{\(attribute.name):\(attribute.type.rawValue):\(role)}"
        }
        return "Schema:[\(elements.joined(separator: ", "))]"
    }

    private func existing(_ name: String, verb: String) throws(ServiceError) -> TableDefinition.Index {
        guard let index = table.definition.indexes.first(where: { $0.name == name }) else {
            throw ServiceError(
                .resourceNotFound,
                "Requested resource not found: Index \(name) for table \(table.definition.name)")
        }
        guard index.isGlobal else {
            throw .validation("Cannot \(verb) an index that is not a GlobalSecondaryIndex: \(name)")
        }
        return index
    }

    private func throughput(
        _ change: RequestValue, of index: TableDefinition.Index
    ) throws(ServiceError) -> TableDefinition.Throughput? {
        guard let wanted = change["ProvisionedThroughput"].map(TableDefinition.Throughput.init) else { return nil }
        guard max(wanted.readCapacityUnits, wanted.writeCapacityUnits) <= TableDefinition.Throughput.unitsMax else {
            throw .validation(
                "This operation cannot be performed with given input values. Please contact DynamoDB service team for "
                    + "more info: Action Blocked: IndexUpdate")
        }
        guard billingMode == .provisioned else {
            throw .invalidParameter(
                "The only Updates for index: \(index.name) when TableThroughputMode is PAY_PER_REQUEST can be to "
                    + "OnDemandThroughput, WarmThroughput")
        }
        guard wanted != index.throughput else {
            throw .validation(UpdateTableRequest.unchanged(wanted, of: "index \(index.name)"))
        }
        return wanted
    }
}
