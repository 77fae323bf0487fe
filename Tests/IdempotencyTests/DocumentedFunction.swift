import AWSClient
import Foundation
import Idempotency
import Items
import LambdaRuntime
import Logging

func loyaltyFunction() -> LambdaRuntime {
    LambdaRuntime {
        let environment = ProcessInfo.processInfo.environment
        let client = try AWSClient(environment: environment, eventLoopGroup: LambdaRuntime.eventLoopGroup)
        let idempotency = try Idempotency(
            client: client, tableName: "IdempotencyRecords", expiresAfter: .seconds(7 * 86_400))
        return StreamBatchHandler { record, context in
            guard let customer = record.dynamodb.newImage?["customerId"] else { return }
            let isNew = try await idempotency.once(
                record.eventID,
                writes: [
                    .update(
                        .init(
                            tableName: "Customers", key: ["customerId": customer], expression: "ADD points :p",
                            values: [":p": .number(Number(1))]))
                ])
            guard isNew else {
                context.logger.info("done before", metadata: ["eventID": "\(record.eventID)"])
                return
            }
            try await client.sendMessage(
                .init(body: record.eventID), to: environment["VIP_QUEUE_URL"] ?? "")
        }
    }
}
