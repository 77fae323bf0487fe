import BenchmarkSupport
import Items
import Tables

extension TableDefinition {
    /// The Orders table of `template.yaml`.
    static let orders = TableDefinition(
        name: "Orders",
        keySchema: KeySchema(
            hashKey: .init(name: "orderId", type: .string), rangeKey: .init(name: "timestamp", type: .number)),
        indexes: [
            .init(
                name: "customerId-index",
                keySchema: KeySchema(
                    hashKey: .init(name: "customerId", type: .string),
                    rangeKey: .init(name: "timestamp", type: .number)))
        ],
        streamViewType: .newAndOldImages)
}
