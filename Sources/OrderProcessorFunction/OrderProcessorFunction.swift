import AWSClient
import FoundationEssentials
import Items
import LambdaRuntime
import OrderFunctions
import Orders

/// Tells inventory, payment and fulfillment what a new pending or shipped order needs of them.
@main
struct OrderProcessorFunction {
    static func main() async {
        let runtime = LambdaRuntime(initialize: {
            let environment = ProcessInfo.processInfo.environment
            return OrderEventHandler(
                decide: OrderProcessing.decide,
                sink: QueueSink(
                    client: try AWSClient(environment: environment),
                    urls: FunctionSettings(environment: environment).queueURLs),
                log: DecisionLog(), failures: ChosenFailures(environment: environment))
        })
        await runtime.run()
    }
}
