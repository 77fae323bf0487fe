import FoundationEssentials
import LambdaRuntime

/// A function that does nothing of its own, so that what is measured is the way to it and back.
///
/// `DELAY_MILLISECONDS`: how long each invocation takes; 0 by default. `POISON`: a text; an event that holds it fails.
@main
struct BenchmarkFunction {
    struct Poison: Error {}

    static func main() async {
        let environment = ProcessInfo.processInfo.environment
        let delay = environment["DELAY_MILLISECONDS"].flatMap { Int($0) } ?? 0
        let poison = Array((environment["POISON"] ?? "").utf8)
        let answer = Array(#"{"batchItemFailures":[]}"#.utf8)
        await LambdaRuntime(rawBody: { event, _ in
            if delay > 0 { try await Task.sleep(for: .milliseconds(delay)) }
            if !poison.isEmpty, event.firstRange(of: poison) != nil { throw Poison() }
            return answer
        }).run()
    }
}
