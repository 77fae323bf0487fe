extension ParameterDeclaration {
    /// The parameter's value: what the caller gave, else the default.
    /// - Returns: nil when there is none or it breaks a rule; the diagnostics say so.
    func value(given: String?, diagnostics: inout DiagnosticCollector) -> Value? {
        if type.hasPrefix("AWS::SSM::Parameter::Value") {
            diagnostics.error(
                "\(type) reads the AWS parameter store, which is not here; use String and give the value", line: line,
                at: place)
            return nil
        }
        guard let text = given ?? defaultValue else {
            diagnostics.error(
                "the parameter has no value; add a Default or pass one with --parameter \(name)=VALUE", line: line,
                at: place)
            return nil
        }
        let texts = isList ? Self.listItems(text) : [text]
        var isValid = true
        for item in texts {
            guard let problem = problem(with: item) else { continue }
            let reason = constraintDescription.map { " (\($0))" } ?? ""
            diagnostics.error("the value \"\(item)\" \(problem)\(reason)", line: line, at: place)
            isValid = false
        }
        guard isValid else { return nil }
        let scalars = texts.map { Value(.scalar(Scalar($0, isNumber ? .number : .string)), line: line) }
        return isList ? Value(.list(scalars), line: line) : scalars[0]
    }

    private func problem(with text: String) -> String? {
        if isNumber {
            guard let number = Double(text), number.isFinite else { return "is not a number" }
            if !numbers.contains(number) {
                return "is outside of \(Self.words(numbers.lowerBound)) to \(Self.words(numbers.upperBound))"
            }
        } else if !lengths.contains(text.unicodeScalars.count) {
            return "must have \(lengths.lowerBound) to \(lengths.upperBound) characters"
        }
        if let allowedValues, !allowedValues.contains(text) {
            return "is not one of AllowedValues: \(allowedValues.joined(separator: ", "))"
        }
        if let allowedPattern {
            guard let regex = try? Regex(allowedPattern) else {
                return "cannot be checked, since AllowedPattern is not a regular expression: \(allowedPattern)"
            }
            // CloudFormation anchors the pattern at both ends.
            if (try? regex.wholeMatch(in: text)) == nil { return "does not match AllowedPattern \(allowedPattern)" }
        }
        return nil
    }

    private static func listItems(_ text: String) -> [String] {
        text.split(separator: ",", omittingEmptySubsequences: false).map { item in
            String(item.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }
    }

    private static func words(_ bound: Double) -> String {
        if bound == -.infinity { return "any" }
        if bound == .infinity { return "any" }
        return bound == bound.rounded() && abs(bound) < 1e15 ? String(Int(bound)) : String(bound)
    }
}
