import Costs
import Stacks

/// What was counted when `sluice demo --no-shop` took the whole of `Examples/online-retail.csv` through `template.yaml`: 25,742 orders,
/// 91,864 writes.
///
/// It stands in for figures that nobody has given, by the logical IDs of the template; other templates have other ones.
enum DemoShares {
    static let records: Int64 = 91_864
    static let updates = Share(66_122, of: records)

    /// Records behind the filter.
    private static let passed: [String: Int64] = ["StandardOrderPipe": 32_947, "PremiumOrderPipe": 1_744]

    /// Messages of a function to a queue.
    private static let sent: [(function: String, pipe: String, queue: String, messages: Int64)] = [
        ("OrderProcessorFunction", "StandardOrderPipe", "InventoryQueue", 16_490),
        ("OrderProcessorFunction", "StandardOrderPipe", "PaymentQueue", 32_947),
        ("OrderProcessorFunction", "StandardOrderPipe", "FulfillmentQueue", 16_457),
        ("PremiumServiceFunction", "PremiumOrderPipe", "FulfillmentQueue", 1_744),
        ("PremiumServiceFunction", "PremiumOrderPipe", "VipQueue", 1_226),
    ]

    /// By the names of pipes.
    static func passes(_ stack: Stack) -> [String: Share] {
        Dictionary(
            stack.pipes.compactMap { pipe in
                passed[pipe.logicalID].map { (pipe.name, Share($0, of: records)) }
            }, uniquingKeysWith: { first, _ in first })
    }

    /// In thousandths for each record.
    static func messages(_ stack: Stack) -> [Load.Sending: Int64] {
        var messages: [Load.Sending: Int64] = [:]
        for each in sent {
            guard let function = stack.functions.first(where: { $0.logicalID == each.function }),
                let queue = stack.queues.first(where: { $0.logicalID == each.queue }), let records = passed[each.pipe]
            else { continue }
            messages[Load.Sending(function: function.name, queue: queue.name)] =
                (each.messages * 1_000 + records / 2) / records
        }
        return messages
    }
}
