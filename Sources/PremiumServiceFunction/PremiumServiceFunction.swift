import AWSClient
import FoundationEssentials
import Idempotency
import Items
import LambdaRuntime
import OrderFunctions
import Orders

/// Pays loyalty points for an order that ships, tells VIP care of it, and has its parcel go first.
@main
struct PremiumServiceFunction {
    static func main() async {
        let environment = ProcessInfo.processInfo.environment
        let settings = FunctionSettings(environment: environment)
        let client = orExit { try AWSClient(environment: environment, eventLoopGroup: LambdaRuntime.eventLoopGroup) }
        let idempotency = orExit {
            try Idempotency(
                client: client, tableName: settings.idempotencyTable ?? "Idempotency",
                expiresAfter: LoyaltyAccounts.recordLifetime)
        }
        let accounts = LoyaltyAccounts(
            client: client, tableName: settings.customersTable ?? "Customers", idempotency: idempotency)
        let handler = OrderEventHandler(
            decide: PremiumService.decide,
            sink: LoyaltySink(accounts: accounts, queues: QueueSink(client: client, urls: settings.queueURLs)),
            log: DecisionLog(functionName: FunctionSettings.functionName(environment)),
            failures: ChosenFailures(environment: environment))
        let runtime = LambdaRuntime(onShutdown: { await client.shutDown() }, handler: handler)
        await runtime.run()
    }
}
