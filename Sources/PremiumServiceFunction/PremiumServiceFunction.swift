import FoundationEssentials
import Items
import LambdaRuntime
import OrderFunctions
import Orders

@main
struct PremiumServiceFunction {
    static func main() async {
        let log = DecisionLog()
        let handler = OrderEventHandler(
            decide: PremiumService.decide, sink: log, skipped: log.skipped,
            failures: ChosenFailures(environment: ProcessInfo.processInfo.environment))
        let runtime = LambdaRuntime { (records: [StreamRecord], context: LambdaContext) in
            await handler.handle(records, context)
        }
        await runtime.run()
    }
}
