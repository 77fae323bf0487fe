import LambdaRuntime

/// A function that does nothing, on the runtime that functions use.
@main
struct EmptyFunction {
    static func main() async {
        await LambdaRuntime { (_: [String: String], _: LambdaContext) in [String: String]() }.run()
    }
}
