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
        let environment = ProcessInfo.processInfo.environment
        let client = orExit { try AWSClient(environment: environment, eventLoopGroup: LambdaRuntime.eventLoopGroup) }
        let handler = OrderEventHandler(
            decide: OrderProcessing.decide,
            sink: QueueSink(client: client, urls: FunctionSettings(environment: environment).queueURLs),
            log: DecisionLog(functionName: FunctionSettings.functionName(environment)),
            failures: ChosenFailures(environment: environment))
        let runtime = LambdaRuntime(onShutdown: { await client.shutDown() }, handler: handler)
        await runtime.run()
    }
}
