import MetricMath

/// The `metrics` of a widget: rows of names and values, in which "." stands for what is above and "..." for the rest of it.
enum MetricsArray {
    /// Most rows (CloudWatch's documentation).
    static let rowsMax = 500

    static func read(
        _ rows: [JSONValue], _ path: String, _ reader: inout BodyReader, statistic: Statistic, period: Int
    ) -> [MetricWidget.Entry] {
        guard rows.count <= rowsMax else {
            reader.error(path, "Should NOT have more than \(rowsMax) items")
            return []
        }
        var builder = EntryBuilder(statistic: statistic, period: period)
        var above: [String] = []
        for (place, row) in rows.enumerated() {
            let path = "\(path)/\(place)"
            guard let cells = reader.array(row, path) else { continue }
            let (names, options) = split(cells, path, &reader)
            guard let names else { continue }
            if names.isEmpty, options["expression"] != nil {
                builder.addExpression(options, path, &reader)
                continue
            }
            guard let whole = expand(names, above, path, &reader) else { continue }
            above = whole
            builder.addMetric(whole, options, path, &reader)
        }
        builder.nameTheRest()
        do throws(MathError) {
            if !builder.entries.isEmpty { _ = try MetricQueryPlan(builder.entries.map(\.query)) }
        } catch {
            reader.error(path, error.description)
        }
        return builder.entries
    }

    /// Names and values, and the options at the end.
    private static func split(
        _ cells: [JSONValue], _ path: String, _ reader: inout BodyReader
    ) -> (names: [String]?, options: BodyReader.Members) {
        var options: BodyReader.Members = [:]
        var names: [String] = []
        for (place, cell) in cells.enumerated() {
            switch cell {
            case .string(let text): names.append(text)
            case .object(let members) where place == cells.count - 1: options = members
            default:
                reader.error("\(path)/\(place)", "Invalid metric field type, only \"String\" type is allowed")
                return (nil, [:])
            }
        }
        return (names, options)
    }

    private static func expand(
        _ names: [String], _ above: [String], _ path: String, _ reader: inout BodyReader
    ) -> [String]? {
        var whole: [String] = []
        for (place, name) in names.enumerated() {
            switch name {
            case ".":
                guard above.indices.contains(whole.count) else {
                    reader.error("\(path)/\(place)", "There is nothing above that \".\" could stand for")
                    return nil
                }
                whole.append(above[whole.count])
            case "...":
                // What follows replaces the end of the row above.
                let rest = names.count - place - 1
                let end = above.count - rest
                guard end > whole.count else {
                    reader.error("\(path)/\(place)", "There is nothing above that \"...\" could stand for")
                    return nil
                }
                whole += above[whole.count..<end]
            default: whole.append(name)
            }
        }
        guard whole.count >= 2 else {
            reader.error(path, "Should NOT have fewer than 2 items")
            return nil
        }
        guard whole.count.isMultiple(of: 2) else {
            reader.error(path, "The dimension '\(whole[whole.count - 1])' has no value; give names and values in pairs")
            return nil
        }
        guard whole.count <= 62 else {
            reader.error(path, "Should NOT have more than 62 items")
            return nil
        }
        return whole
    }
}
