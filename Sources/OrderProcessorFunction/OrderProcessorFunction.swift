import AWSClient
import Foundation
import Items
import LambdaRuntime
import OrderFunctions
import Orders

/// Tells inventory, payment and fulfillment what a new pending or shipped order needs of them.
@main
struct OrderProcessorFunction {
    static func main() async {
        let environment = ProcessInfo.processInfo.environment
        let sink = QueueSink(
            client: orExit { try AWSClient(environment: environment) },
            urls: FunctionSettings(environment: environment).queueURLs)
        let handler = OrderEventHandler(
            decide: OrderProcessing.decide, sink: sink, log: DecisionLog(),
            failures: ChosenFailures(environment: environment))
        let runtime = LambdaRuntime { (records: [StreamRecord], context: LambdaContext) in
            await handler.handle(records, context)
        }
        await runtime.run()
    }
}
