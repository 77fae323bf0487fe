import Items
import Tables

/// Reads CreateTable's parameters and checks what no single parameter shows, in AWS's words and order.
enum CreateTableRequest {
    /// Most indexes of a table. AWS's quotas.
    static let globalIndexesMax = 20
    static let localIndexesMax = 5
    /// Most attributes that a table's indexes may project by name, all together. AWS's quota.
    static let nonKeyAttributesMax = 100

    /// - Parameter request: checked against ``TableShapes/createTable``.
    static func definition(_ request: RequestValue) throws(ServiceError) -> TableDefinition {
        let billingMode = TableDefinition.BillingMode(rawValue: request["BillingMode"]?.text ?? "") ?? .provisioned
        let throughput = request["ProvisionedThroughput"].map(TableDefinition.Throughput.init)
        try check(throughput, billingMode)

        let definitions = try AttributeDefinitions(request["AttributeDefinitions"]?.elements ?? [])
        let keys = KeySchemaRequest(request["KeySchema"]?.elements ?? [])
        try keys.checkTable(definitions)
        let local = request["LocalSecondaryIndexes"]?.elements?.map { IndexRequest($0, isGlobal: false) }
        let global = request["GlobalSecondaryIndexes"]?.elements?.map { IndexRequest($0, isGlobal: true) }
        if local == nil, global == nil, keys.names.count != definitions.names.count {
            throw .invalidParameter(
                "Number of attributes in KeySchema does not exactly match number of attributes defined in "
                    + "AttributeDefinitions")
        }
        var names: Set<String> = []
        if let local { try checkLocal(local, keys, definitions, &names) }
        if let global { try checkGlobal(global, keys, definitions, billingMode, &names) }
        let indexes = (local ?? []) + (global ?? [])
        try checkUse(of: definitions, by: [keys] + indexes.map(\.keys))

        let type = { definitions[$0] }
        var table = TableDefinition(
            name: request["TableName"]?.text ?? "", keySchema: keys.keySchema(type),
            indexes: indexes.map { $0.definition(type) })
        try checkProjections(table.indexes)
        table.billingMode = billingMode
        table.throughput = throughput
        table.streamViewType = try streamViewType(request["StreamSpecification"])
        try OnDemandThroughput.check(request["OnDemandThroughput"], billingMode)
        table.warmThroughput = try WarmThroughput.initial(request["WarmThroughput"], throughput)
        table.hasServerSideEncryption = try EncryptionRequest.isEnabled(request["SSESpecification"])
        table.tableClass = try tableClass(request["TableClass"]) ?? .standard
        table.isDeletionProtected = request["DeletionProtectionEnabled"]?.flag ?? false
        table.tags = try TagsRequest.tags(request["Tags"]?.elements ?? [])
        return table
    }

    /// - Throws: a ValidationException for a class that AWS does not have; in words of its own, not a constraint's.
    static func tableClass(_ value: RequestValue?) throws(ServiceError) -> TableDefinition.TableClass? {
        guard let text = value?.text else { return nil }
        guard let tableClass = TableDefinition.TableClass(rawValue: text) else {
            throw .validation(
                "Invalid table-class parameter provided. Please try again with a valid table-class value: "
                    + "[STANDARD, STANDARD_INFREQUENT_ACCESS].")
        }
        return tableClass
    }

    /// - Throws: a ValidationException when the indexes name too many attributes together.
    static func checkProjections(_ indexes: [TableDefinition.Index]) throws(ServiceError) {
        let count = indexes.reduce(0) { count, index in
            guard case .include(let names) = index.projection else { return count }
            return count + names.count
        }
        guard count <= nonKeyAttributesMax else {
            throw .invalidParameter(
                "Number of NonKeyAttributes in all indexes exceeds per-table limit of \(nonKeyAttributesMax)")
        }
    }

    private static func check(
        _ throughput: TableDefinition.Throughput?, _ billingMode: TableDefinition.BillingMode
    ) throws(ServiceError) {
        switch (billingMode, throughput) {
        case (.payPerRequest, .some):
            throw .invalidParameter(
                "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST")
        case (.payPerRequest, nil): return
        case (.provisioned, nil):
            throw .invalidParameter(
                "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED")
        case (.provisioned, let throughput?): try throughput.checkBounds()
        }
    }

    private static func checkLocal(
        _ indexes: [IndexRequest], _ table: KeySchemaRequest, _ definitions: AttributeDefinitions,
        _ names: inout Set<String>
    ) throws(ServiceError) {
        guard !indexes.isEmpty else { throw .invalidParameter("List of LocalSecondaryIndexes is empty") }
        guard table.hasRangeKey else {
            throw .invalidParameter(
                "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex")
        }
        for index in indexes {
            try index.check(definitions, table: table)
            try checkName(index, &names)
        }
        guard indexes.count <= localIndexesMax else {
            throw .invalidParameter("Number of LocalSecondaryIndexes exceeds per-table limit of \(localIndexesMax)")
        }
    }

    private static func checkGlobal(
        _ indexes: [IndexRequest], _ table: KeySchemaRequest, _ definitions: AttributeDefinitions,
        _ billingMode: TableDefinition.BillingMode, _ names: inout Set<String>
    ) throws(ServiceError) {
        guard !indexes.isEmpty else { throw .invalidParameter("List of GlobalSecondaryIndexes is empty") }
        for index in indexes {
            try index.check(definitions, table: table)
            switch (billingMode, index.throughput) {
            case (.payPerRequest, .some):
                throw .invalidParameter(
                    "ProvisionedThroughput should not be specified for index: \(index.name) when BillingMode is "
                        + "PAY_PER_REQUEST")
            case (.provisioned, nil):
                throw .invalidParameter("ProvisionedThroughput is not specified for index: \(index.name)")
            case (_, let throughput): try throughput?.checkBounds(index: index.name)
            }
            try checkName(index, &names)
        }
        guard indexes.count <= globalIndexesMax else {
            throw .invalidParameter("GlobalSecondaryIndex count exceeds the per-table limit of \(globalIndexesMax)")
        }
    }

    private static func checkName(_ index: IndexRequest, _ names: inout Set<String>) throws(ServiceError) {
        guard names.insert(index.name).inserted else {
            throw .invalidParameter("Duplicate index name: \(index.name)")
        }
    }

    private static func checkUse(
        of definitions: AttributeDefinitions, by keys: [KeySchemaRequest]
    ) throws(ServiceError) {
        var used: [String] = []
        for name in keys.flatMap(\.names) where !used.contains(name) { used.append(name) }
        guard used.count == definitions.names.count else {
            throw .invalidParameter(
                "Some AttributeDefinitions are not used. AttributeDefinitions: \(definitions.shown), "
                    + "keys used: [\(used.joined(separator: ", "))]")
        }
    }

    private static func streamViewType(
        _ stream: RequestValue?
    ) throws(ServiceError) -> TableDefinition.StreamViewType? {
        guard let stream else { return nil }
        let viewType = stream["StreamViewType"]?.text.flatMap(TableDefinition.StreamViewType.init)
        // "UpdateViewType" is AWS's own slip: the parameter is StreamViewType.
        if stream["StreamEnabled"]?.flag == true {
            guard let viewType else {
                throw .invalidParameter("Table is being created with a stream enabled, UpdateViewType is required")
            }
            return viewType
        }
        guard viewType == nil else {
            throw .invalidParameter(
                "Table is being created with a stream disabled, UpdateViewType should not be specified")
        }
        return nil
    }
}
