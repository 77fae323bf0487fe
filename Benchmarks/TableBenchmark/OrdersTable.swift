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

/// A template of the Orders table alone: no pipe and no function takes processor time.
let ordersTemplate = """
    Resources:
      OrdersTable:
        Type: AWS::DynamoDB::Table
        Properties:
          TableName: Orders
          BillingMode: PAY_PER_REQUEST
          AttributeDefinitions:
            - {AttributeName: orderId, AttributeType: S}
            - {AttributeName: timestamp, AttributeType: "N"}
            - {AttributeName: customerId, AttributeType: S}
          KeySchema:
            - {AttributeName: orderId, KeyType: HASH}
            - {AttributeName: timestamp, KeyType: RANGE}
          GlobalSecondaryIndexes:
            - IndexName: customerId-index
              KeySchema:
                - {AttributeName: customerId, KeyType: HASH}
                - {AttributeName: timestamp, KeyType: RANGE}
              Projection: {ProjectionType: ALL}
          StreamSpecification: {StreamViewType: NEW_AND_OLD_IMAGES}

    """
