import AWSClient
import Foundation
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
        let client = orExit { try AWSClient(environment: environment) }
        let accounts = LoyaltyAccounts(
            client: client, customersTable: settings.customersTable ?? "Customers",
            idempotencyTable: settings.idempotencyTable ?? "Idempotency",
            now: { Int64(Date().timeIntervalSince1970) })
        let handler = OrderEventHandler(
            decide: PremiumService.decide,
            sink: LoyaltySink(accounts: accounts, queues: QueueSink(client: client, urls: settings.queueURLs)),
            log: DecisionLog(), failures: ChosenFailures(environment: environment))
        let runtime = LambdaRuntime { (records: [StreamRecord], context: LambdaContext) in
            await handler.handle(records, context)
        }
        await runtime.run()
    }
}
