import ArgumentParser

/// The parameters of a template.
struct ParameterArguments: ParsableArguments {
    @Option(
        name: .customLong("parameter"),
        help: ArgumentHelp("A template parameter, as often as needed.", valueName: "Name=Value"),
        transform: { text in
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else {
                throw ValidationError("--parameter \(text) is not of the form Name=Value.")
            }
            return (name: String(parts[0]), value: String(parts[1]))
        })
    var parameters: [(name: String, value: String)] = []

    /// The values by their names; of a name given twice the last counts.
    var values: [String: String] {
        Dictionary(parameters.map { ($0.name, $0.value) }) { _, last in last }
    }
}
