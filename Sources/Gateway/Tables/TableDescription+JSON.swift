import Clocks
import Items
import Tables

extension TableDescription {
    /// The table's members, as DescribeTable answers them.
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("AttributeDefinitions", definition.attributeDefinitions) { json, attribute in
                json.object { json in
                    json.member("AttributeName", attribute.name)
                    json.member("AttributeType", attribute.type.rawValue)
                }
            }
            json.member("TableName", definition.name)
            json.member("KeySchema", definition.keySchema.elements) { $1.write(to: &$0) }
            json.member("TableStatus", status.rawValue)
            json.member("CreationDateTime", createdAt)
            writeCapacity(to: &json)
            json.member("TableSizeBytes", sizeBytes)
            json.member("ItemCount", itemCount)
            json.member("TableArn", arn)
            json.member("TableId", id)
            write(indexes.filter { !$0.definition.isGlobal }, as: "LocalSecondaryIndexes", to: &json)
            write(indexes.filter(\.definition.isGlobal), as: "GlobalSecondaryIndexes", to: &json)
            writeStream(to: &json)
            if definition.hasServerSideEncryption { writeEncryption(to: &json) }
            writeTableClass(to: &json)
            json.member("DeletionProtectionEnabled", definition.isDeletionProtected)
            write(warm: WarmThroughput.current(definition), status, to: &json)
        }
    }

    /// The few members that are left of a table that is being deleted, as DeleteTable answers them.
    func writeDeleted(to json: inout JSONWriter) {
        json.object { json in
            json.member("TableName", definition.name)
            json.member("TableStatus", Status.deleting.rawValue)
            writeCapacity(to: &json)
            json.member("TableSizeBytes", sizeBytes)
            json.member("ItemCount", itemCount)
            json.member("TableArn", arn)
            json.member("TableId", id)
            json.member("DeletionProtectionEnabled", definition.isDeletionProtected)
        }
    }

    private var isOnDemand: Bool { definition.billingMode == .payPerRequest }

    private func writeCapacity(to json: inout JSONWriter) {
        write(definition.throughput, to: &json)
        guard let onDemandSince else { return }
        json.member("BillingModeSummary") { json in
            json.member("BillingMode", definition.billingMode.rawValue)
            json.member("LastUpdateToPayPerRequestDateTime", onDemandSince)
        }
    }

    /// On demand, AWS shows zeroes.
    private func write(_ throughput: TableDefinition.Throughput?, to json: inout JSONWriter) {
        let shown = isOnDemand ? nil : throughput
        json.member("ProvisionedThroughput") { json in
            json.member("NumberOfDecreasesToday", 0)
            json.member("ReadCapacityUnits", shown?.readCapacityUnits ?? 0)
            json.member("WriteCapacityUnits", shown?.writeCapacityUnits ?? 0)
        }
    }

    private func write(warm: TableDefinition.Throughput, _ status: Status, to json: inout JSONWriter) {
        json.member("WarmThroughput") { json in
            json.member("ReadUnitsPerSecond", warm.readCapacityUnits)
            json.member("WriteUnitsPerSecond", warm.writeCapacityUnits)
            json.member("Status", status.rawValue)
        }
    }

    /// AWS shows a class that was asked for; here the standard one shows once an update has set it.
    private func writeTableClass(to json: inout JSONWriter) {
        guard definition.tableClass != .standard || tableClassChangedAt != nil else { return }
        json.member("TableClassSummary") { json in
            json.member("TableClass", definition.tableClass.rawValue)
            if let tableClassChangedAt { json.member("LastUpdateDateTime", tableClassChangedAt) }
        }
    }

    private func writeStream(to json: inout JSONWriter) {
        if let viewType = definition.streamViewType {
            json.member("StreamSpecification") { json in
                json.member("StreamEnabled", true)
                json.member("StreamViewType", viewType.rawValue)
            }
        }
        // These stay when the stream is disabled.
        guard let stream else { return }
        json.member("LatestStreamLabel", stream.label)
        json.member("LatestStreamArn", stream.arn)
    }

    private func writeEncryption(to json: inout JSONWriter) {
        let place = TableReference.parts(ofARN: arn)
        json.member("SSEDescription") { json in
            json.member("Status", "ENABLED")
            json.member("SSEType", "KMS")
            json.member(
                "KMSMasterKeyArn",
                "arn:aws:kms:\(place?.region ?? ""):\(place?.account ?? ""):alias/aws/dynamodb")
        }
    }

    private func write(_ indexes: [Index], as name: String, to json: inout JSONWriter) {
        guard !indexes.isEmpty else { return }
        json.member(name, indexes) { json, index in
            json.object { json in
                json.member("IndexName", index.definition.name)
                json.member("KeySchema", index.definition.keySchema.elements) { $1.write(to: &$0) }
                json.member("Projection") { index.definition.projection.write(to: &$0) }
                if index.definition.isGlobal {
                    json.member("IndexStatus", index.status.rawValue)
                    if index.isBackfilling { json.member("Backfilling", true) }
                    write(index.definition.throughput, to: &json)
                }
                json.member("IndexSizeBytes", index.sizeBytes)
                json.member("ItemCount", index.itemCount)
                json.member("IndexArn", index.arn)
                if index.definition.isGlobal {
                    let warm = isOnDemand ? WarmThroughput.onDemand : index.definition.throughput
                    write(warm: warm ?? WarmThroughput.onDemand, index.status, to: &json)
                }
            }
        }
    }
}

extension TableDefinition.Projection {
    fileprivate func write(to json: inout JSONWriter) {
        switch self {
        case .all: json.member("ProjectionType", "ALL")
        case .keysOnly: json.member("ProjectionType", "KEYS_ONLY")
        case .include(let names):
            json.member("ProjectionType", "INCLUDE")
            json.member("NonKeyAttributes", names) { $0.string($1) }
        }
    }
}

extension KeySchema {
    /// A key attribute as AWS writes it.
    struct Element {
        let name: String
        let type: String

        func write(to json: inout JSONWriter) {
            json.object { json in
                json.member("AttributeName", name)
                json.member("KeyType", type)
            }
        }
    }

    var elements: [Element] {
        [Element(name: hashKey.name, type: "HASH")] + (rangeKey.map { [Element(name: $0.name, type: "RANGE")] } ?? [])
    }
}
