import MetricMath

/// Recorded metrics in Prometheus's text format 0.0.4.
///
/// Names are those of the CloudWatch exporter, which dashboards know: the namespace in lower case, the name in snake case, so
/// `aws_lambda_invocations_total` is `Invocations` of `AWS/Lambda`. Dimensions become labels in snake case.
struct PrometheusText {
    /// One recorder as it stands.
    struct Sample {
        var identity: MetricIdentity
        var unit: StandardUnit
        var value: Value
    }

    enum Value {
        /// The sum since the process began.
        case counter(Double)
        case gauge(Double)
        /// The last minute's percentiles, nil without values, and count and sum since the process began.
        case summary(recent: MetricPoint?, count: Double, sum: Double)

        fileprivate var type: String {
            switch self {
            case .counter: "counter"
            case .gauge: "gauge"
            case .summary: "summary"
            }
        }
    }

    /// What HTTP calls the format.
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"
    private static let quantiles: [(label: String, percent: Double)] = [
        ("0.5", 50), ("0.9", 90), ("0.99", 99), ("0.999", 99.9), ("1", 100),
    ]

    /// - Parameter samples: in the order in which they are shown.
    static func text(_ samples: [Sample]) -> String {
        var names: [String] = []
        var families: [String: [Sample]] = [:]
        for sample in samples {
            let name = name(of: sample)
            if families[name] == nil { names.append(name) }
            families[name, default: []].append(sample)
        }
        return names.map { family($0, families[$0] ?? []) }.joined()
    }

    private static func family(_ name: String, _ samples: [Sample]) -> String {
        guard let first = samples.first else { return "" }
        let help = escape(
            "\(first.identity.namespace) \(first.identity.name), unit \(first.unit.rawValue)", quote: false)
        var text = "# HELP \(name) \(help)\n# TYPE \(name) \(first.value.type)\n"
        var seen: Set<String> = []
        for sample in samples {
            let labels = labels(sample.identity)
            // A second line with equal labels would make Prometheus refuse everything.
            if sample.value.type == first.value.type, seen.insert(labels).inserted {
                text += lines(name, labels, sample.value)
            } else {
                text += "# left out, as its name is taken: \(escape("\(sample.identity)", quote: false))\n"
            }
        }
        return text
    }

    private static func lines(_ name: String, _ labels: String, _ value: Value) -> String {
        func line(_ suffix: String, _ label: String?, _ value: Double) -> String {
            let all = [labels, label ?? ""].filter { !$0.isEmpty }.joined(separator: ",")
            return name + suffix + (all.isEmpty ? "" : "{\(all)}") + " \(number(value))\n"
        }
        switch value {
        case .counter(let value), .gauge(let value): return line("", nil, value)
        case .summary(let recent, let count, let sum):
            let quantiles = quantiles.map { quantile in
                line("", "quantile=\"\(quantile.label)\"", recent?.value(.percentile(quantile.percent)) ?? .nan)
            }
            return quantiles.joined() + line("_sum", nil, sum) + line("_count", nil, count)
        }
    }

    private static func name(of sample: Sample) -> String {
        let name = "\(word(sample.identity.namespace.lowercased()))_\(snakeCase(sample.identity.name))"
        let first = name.utf8.first.map { 48...57 ~= $0 } == true ? "_" : ""
        if case .counter = sample.value { return "\(first)\(name)_total" }
        return first + name
    }

    private static func labels(_ identity: MetricIdentity) -> String {
        // Summaries have this label of their own.
        var taken: Set<String> = ["quantile"]
        return identity.dimensions.map { dimension in
            var name = snakeCase(dimension.name)
            if name.utf8.first.map({ 48...57 ~= $0 }) ?? true { name = "_" + name }
            while !taken.insert(name).inserted { name += "_" }
            return "\(name)=\"\(escape(dimension.value, quote: true))\""
        }.joined(separator: ",")
    }

    /// `ApproximateAgeOfOldestMessage` as `approximate_age_of_oldest_message`.
    private static func snakeCase(_ text: String) -> String {
        var result = ""
        var wasLower = false
        for character in text.unicodeScalars {
            let isUpper = "A"..."Z" ~= character
            if isUpper, wasLower { result += "_" }
            wasLower = "a"..."z" ~= character || "0"..."9" ~= character
            result.unicodeScalars.append(character)
        }
        return word(result.lowercased())
    }

    /// What a name may hold of a text; an underscore stands for everything else.
    private static func word(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { "a"..."z" ~= $0 || "0"..."9" ~= $0 ? $0 : "_" }))
    }

    private static func escape(_ text: String, quote: Bool) -> String {
        var result = ""
        for character in text.unicodeScalars {
            switch character {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where quote: result += "\\\""
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return Int64(exactly: value).map(String.init) ?? "\(value)"
    }
}
