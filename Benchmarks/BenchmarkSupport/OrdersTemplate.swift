/// A template of the Orders table alone: no pipe and no function takes processor time. More resources may follow it.
package let ordersTemplate = """
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
