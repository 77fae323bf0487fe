public import AWSClient
import Clocks
public import Logging
import OrderFunctions
import Orders
public import ServiceLifecycle

/// The systems behind the queues: inventory, payment, fulfillment and the people who care for valued customers.
///
/// All of them bear messages that come twice, late, or out of step with those of another queue: what they change is
/// conditional on where the order is, and what they find done they leave.
public struct Shop: Service {
    private let client: AWSClient
    private let settings: ShopSettings
    private let ledger = ShopLedger()
    private let logger: Logger

    public init(client: AWSClient, settings: ShopSettings, logger: Logger) {
        self.client = client
        self.settings = settings
        self.logger = logger
    }

    /// What has been done so far.
    public var counts: ShopCounts { ledger.counts }

    /// Works until graceful shutdown, after which what was received is handled, or until the task is cancelled.
    public func run() async {
        let progress = OrderProgress(
            book: OrderBook(client: client, tableName: settings.ordersTable, ledger: ledger),
            sink: QueueSink(client: client, urls: settings.queueURLs),
            now: { SystemTime().now().milliseconds })
        await withDiscardingTaskGroup { group in
            for _ in 0..<settings.consumersPerQueue {
                consume(Inventory(progress: progress, settings: settings), in: &group)
                consume(Payment(progress: progress, settings: settings), in: &group)
                consume(Fulfillment(progress: progress), in: &group)
                consume(VipCare(), in: &group)
            }
        }
    }

    private func consume(_ system: some ShopSystem, in group: inout DiscardingTaskGroup) {
        guard let url = settings.queueURLs[system.system] else { return }
        let consumer = Consumer(
            system: system, queueURL: url, client: client, ledger: ledger, pauseSeconds: settings.pauseSeconds,
            logger: logger)
        group.addTask { await consumer.run() }
    }
}
