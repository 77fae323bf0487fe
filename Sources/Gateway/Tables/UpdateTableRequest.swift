import Items
import Tables

/// Reads UpdateTable's parameters and checks them against the table as it is, in AWS's words.
enum UpdateTableRequest {
    /// - Parameters:
    ///   - request: checked against ``TableShapes/updateTable``.
    ///   - table: the table as it is now.
    static func update(_ request: RequestValue, _ table: TableDescription) throws(ServiceError) -> TableUpdate {
        let current = table.definition
        var update = TableUpdate()
        update.billingMode = request["BillingMode"]?.text.flatMap(TableDefinition.BillingMode.init)
        update.throughput = try throughput(request, current)
        update.stream = try streamChange(request["StreamSpecification"], current)
        update.tableClass = try CreateTableRequest.tableClass(request["TableClass"])
        update.isDeletionProtected = request["DeletionProtectionEnabled"]?.flag
        update.hasServerSideEncryption = try encryption(request["SSESpecification"], current)
        try OnDemandThroughput.check(request["OnDemandThroughput"], update.billingMode ?? current.billingMode)
        update.warmThroughput = try WarmThroughput.raised(request["WarmThroughput"], of: current)
        if let updates = request["GlobalSecondaryIndexUpdates"]?.elements {
            try IndexUpdates(updates, request, table).apply(to: &update)
        }
        try checkIndexThroughputs(update, current)
        return update
    }

    /// Checks what the request shows by itself, before the table is looked at.
    static func check(_ request: RequestValue) throws(ServiceError) {
        let changes = changes.filter { request[$0] != nil }
        if changes.isEmpty || changes == ["GlobalSecondaryIndexUpdates"] && indexUpdates(request).isEmpty {
            throw .validation(
                "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates, "
                    + "SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, ReplicaTransitRoleArn, "
                    + "MultiRegionConsistency, DeletionProtectionEnabled, OnDemandThroughput, WarmThroughput or "
                    + "TableClass is required")
        }
        if request["ReplicaUpdates"] != nil || request["MultiRegionConsistency"] != nil {
            throw .invalidParameter("Replicas do not run on one machine; leave ReplicaUpdates out")
        }
        try checkCombination(changes)
        if let throughput = request["ProvisionedThroughput"] {
            try TableDefinition.Throughput(throughput).checkBounds()
        }
        guard request["GlobalSecondaryIndexUpdates"] == nil || !indexUpdates(request).isEmpty else {
            throw .invalidParameter("List of GlobalSecondaryIndexUpdates is empty")
        }
        try IndexUpdates.check(indexUpdates(request))
    }

    private static let changes = [
        "ProvisionedThroughput", "BillingMode", "StreamSpecification", "GlobalSecondaryIndexUpdates",
        "SSESpecification", "ReplicaUpdates", "MultiRegionConsistency", "DeletionProtectionEnabled",
        "OnDemandThroughput", "WarmThroughput", "TableClass",
    ]

    private static func indexUpdates(_ request: RequestValue) -> [RequestValue] {
        request["GlobalSecondaryIndexUpdates"]?.elements ?? []
    }

    /// What must stand alone, and what excludes what. The order decides which fault is told.
    private static func checkCombination(_ changes: [String]) throws(ServiceError) {
        let alone = [
            ("SSESpecification", "Server-Side Encryption modification"), ("TableClass", "TableClass modification"),
            ("DeletionProtectionEnabled", "DeletionProtection modification"), ("WarmThroughput", "WarmThroughput"),
        ]
        for (change, shown) in alone where changes.contains(change) && changes.count > 1 {
            throw .invalidParameter("\(shown) must be the only operation in the request")
        }
        if changes.contains("OnDemandThroughput"), !Set(changes).isSubset(of: ["OnDemandThroughput", "BillingMode"]) {
            throw .invalidParameter(
                "OnDemandThroughput can only be combined with BillingMode in an UpdateTable request")
        }
        guard changes.contains("ProvisionedThroughput"), changes.contains("StreamSpecification") else { return }
        throw .invalidParameter("You cannot modify stream status while updating table IOPS")
    }

    private static func throughput(
        _ request: RequestValue, _ current: TableDefinition
    ) throws(ServiceError) -> TableDefinition.Throughput? {
        let wanted = request["ProvisionedThroughput"].map(TableDefinition.Throughput.init)
        switch (request["BillingMode"]?.text, wanted) {
        case ("PAY_PER_REQUEST", .some):
            throw .invalidParameter("ProvisionedThroughput cannot be specified when BillingMode is PAY_PER_REQUEST")
        case ("PROVISIONED", nil) where current.billingMode == .payPerRequest:
            throw .invalidParameter("ProvisionedThroughput must be specified when BillingMode is PROVISIONED")
        case (nil, .some) where current.billingMode == .payPerRequest:
            throw .invalidParameter(
                "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST")
        case (_, let wanted?):
            guard current.billingMode == .payPerRequest || wanted != current.throughput else {
                throw .validation(unchanged(wanted, of: "table"))
            }
        case (_, nil): break
        }
        return wanted
    }

    /// - Parameter resource: `table`, or `index NAME`.
    static func unchanged(_ throughput: TableDefinition.Throughput, of resource: String) -> String {
        let kind = resource.prefix { $0 != " " }
        return "The provisioned throughput for the \(resource) will not change. The requested value equals the current "
            + "value. Current ReadCapacityUnits provisioned for the \(kind): \(throughput.readCapacityUnits). "
            + "Requested ReadCapacityUnits: \(throughput.readCapacityUnits). Current WriteCapacityUnits provisioned "
            + "for the \(kind): \(throughput.writeCapacityUnits). Requested WriteCapacityUnits: "
            + "\(throughput.writeCapacityUnits). Refer to the Amazon DynamoDB Developer Guide for current limits and "
            + "how to request higher limits."
    }

    private static func streamChange(
        _ stream: RequestValue?, _ current: TableDefinition
    ) throws(ServiceError) -> TableUpdate.StreamChange? {
        guard let stream else { return nil }
        let viewType = stream["StreamViewType"]?.text.flatMap(TableDefinition.StreamViewType.init)
        if stream["StreamEnabled"]?.flag == true {
            guard let viewType else {
                throw .invalidParameter("If stream is being enabled then UpdateViewType is required")
            }
            guard current.streamViewType == nil else {
                throw .validation("Table already has an enabled stream: TableName: \(current.name)")
            }
            return .enable(viewType)
        }
        guard viewType == nil else {
            throw .invalidParameter("If stream is being disabled, then UpdateViewType must not be specified")
        }
        guard current.streamViewType != nil else {
            throw .validation("Table has no stream to disable: TableName: \(current.name)")
        }
        return .disable
    }

    private static func encryption(
        _ encryption: RequestValue?, _ current: TableDefinition
    ) throws(ServiceError) -> Bool? {
        guard let encryption else { return nil }
        let isEnabled = try EncryptionRequest.isEnabled(encryption)
        guard isEnabled || current.hasServerSideEncryption else {
            throw .invalidParameter("Table is already encrypted by default")
        }
        return isEnabled
    }

    /// A table that leaves on-demand mode needs the throughput of each of its global indexes.
    private static func checkIndexThroughputs(
        _ update: TableUpdate, _ current: TableDefinition
    ) throws(ServiceError) {
        guard update.billingMode == .provisioned, current.billingMode == .payPerRequest else { return }
        for index in current.indexes
        where index.isGlobal && update.updatedIndexThroughputs[index.name] == nil
            && !update.deletedIndexes.contains(index.name)
        {
            throw .invalidParameter("ProvisionedThroughput must be specified for index: \(index.name)")
        }
    }
}
