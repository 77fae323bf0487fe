import ArgumentParser
import Costs
import Stacks

/// `NAME=VALUE`, or a value for all names.
struct NamedValue: ExpressibleByArgument {
    let name: String?
    let value: String

    init?(argument: String) {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let value = parts.last, !value.isEmpty, parts.count == 1 || !parts[0].isEmpty else { return nil }
        name = parts.count == 2 ? parts[0] : nil
        self.value = value
    }
}

/// Reads numbers of the command line; what is none becomes one sentence with the option and the remedy.
struct NumberReader {
    /// `--pass`.
    let option: String

    func share(_ text: String) throws(FilterInputError) -> Share {
        if let share = Share(text) { return share }
        let isPercent = text.hasSuffix("%")
        let number = isPercent ? text.dropLast() : text[...]
        // 65 and 65% are most likely percent.
        if let percent = ExactDecimal.parse(number, decimals: 4), percent <= 1_000_000, isPercent || percent > 10_000 {
            throw FilterInputError(
                "\(option) takes a share from 0 to 1, not \(text); write \(ExactDecimal.text(percent, decimals: 6)) for"
                    + " \(number) percent.")
        }
        throw FilterInputError(
            "\(option) takes a share from 0 to 1 with at most six decimals, such as 0.35, not \(text).")
    }

    /// - Returns: thousandths.
    func decimal(_ text: String, _ range: ClosedRange<Int64>, _ unit: String) throws(FilterInputError) -> Int64 {
        if let value = ExactDecimal.parse(text, decimals: 3),
            value >= range.lowerBound * 1_000, value <= range.upperBound * 1_000
        {
            return value
        }
        throw FilterInputError(
            "\(option) takes \(unit) from \(Figures.count(Int(range.lowerBound))) to"
                + " \(Figures.count(Int(range.upperBound))) with at most three decimals, not \(text).")
    }

    func integer(_ text: String, _ range: ClosedRange<Int64>, _ unit: String) throws(FilterInputError) -> Int64 {
        if let value = ExactDecimal.parse(text, decimals: 0), range.contains(value) { return value }
        throw FilterInputError(
            "\(option) takes \(unit), a whole number from \(Figures.count(Int(range.lowerBound))) to"
                + " \(Figures.count(Int(range.upperBound))), not \(text).")
    }

    /// The values of an option that stands several times, by the names that there are. A value without a name is for all of them, and
    /// one with a name goes before it.
    ///
    /// - Parameter kind: what the names are of: `pipe`.
    func byName<Value>(
        _ values: [NamedValue], _ kind: String, _ names: [String],
        _ read: (String) throws(FilterInputError) -> Value
    ) throws(FilterInputError) -> [String: Value] {
        var result: [String: Value] = [:]
        for value in values where value.name == nil {
            let read = try read(value.value)
            for name in names { result[name] = read }
        }
        for value in values {
            guard let name = value.name else { continue }
            guard names.contains(name) else {
                throw FilterInputError(
                    "\(option) names \(name), and the template has no such \(kind)\(Spelling.suggestion(for: name, among: names));"
                        + " there \(names.count == 1 ? "is" : "are") \(names.isEmpty ? "none" : names.joined(separator: ", "))."
                )
            }
            result[name] = try read(value.value)
        }
        return result
    }
}
