public import Costs

extension Pipeline {
    /// What `template.yaml` has: bills are worked out for it, and `StackPipelineTests` compare it with the file.
    public static let project = Pipeline(
        table: Table(name: "Orders", indexes: [Index(isKeysOnly: false)], hasPointInTimeRecovery: true),
        functions: [
            Function(
                name: "OrderProcessorFunction", memoryMegabytes: 256, architecture: .x86, timeoutSeconds: 30,
                queues: ["InventoryQueue.fifo", "PaymentQueue.fifo", "FulfillmentQueue.fifo"], logRetentionDays: 30),
            Function(
                name: "PremiumServiceFunction", memoryMegabytes: 256, architecture: .x86, timeoutSeconds: 30,
                queues: ["FulfillmentQueue.fifo", "VipQueue.fifo"], tables: ["Customers", "Idempotency"],
                logRetentionDays: 30),
        ],
        queues: ["Inventory", "Payment", "Fulfillment", "Vip"].flatMap { name in
            ["Queue", "DLQ"].map { kind in
                Queue(name: "\(name)\(kind).fifo", isFIFO: true, hasHighThroughput: kind == "Queue")
            }
        } + ["OrderProcessing", "PremiumService"].map { Queue(name: "\($0)DLQ", isFIFO: false) },
        pipes: [
            Pipe(
                name: "StandardOrderPipe", batchSize: 10, parallelizationFactor: 2,
                target: .function("OrderProcessorFunction"), deadLetterQueue: "OrderProcessingDLQ"),
            Pipe(
                name: "PremiumOrderPipe", batchSize: 5, target: .function("PremiumServiceFunction"),
                deadLetterQueue: "PremiumServiceDLQ"),
        ], alarmMetrics: 22, dashboards: 1)
}
