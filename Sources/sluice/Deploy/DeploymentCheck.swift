import Readiness
import Stacks

/// The review that a template passes before it is deployed: that of `sluice check`, whose errors stand in the way. What is milder
/// is for `sluice check` itself, which knows where to put the line.
enum DeploymentCheck {
    /// - Returns: a line for each finding that stands in the way of a deployment; none lets it go on.
    static func objections(to stack: Stack, file: String, text: String) -> [String] {
        ReadinessReview(stack, file: file, text: text).findings.filter { $0.rule.severity == .error }
            .map { "\($0)" }
    }
}
