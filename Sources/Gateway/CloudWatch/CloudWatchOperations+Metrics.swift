import Clocks
import MetricMath
import Monitoring
import Telemetry

extension CloudWatchOperations {
    /// Most metrics of one PutMetricData. Source: CloudWatch API reference.
    private static let metricDataMax = 1_000
    /// Most metrics of one page of ListMetrics.
    private static let metricsMax = 500
    /// Most points of one answer of GetMetricData, and of GetMetricStatistics.
    private static let pointsMax = 100_800
    private static let statisticPointsMax = 1_440
    /// Most statistics that GetMetricStatistics is asked for. AWS's model: 5 and 10.
    private static let statisticsMax = 5
    private static let extendedStatisticsMax = 10

    func putMetricData(_ parameters: MetricParameters) async throws -> WireValue {
        let namespace = try parameters.required("Namespace", parameters.text("Namespace"))
        var entries = try parameters.structures("MetricData")
        // Whom the metrics are of, which nothing here shows.
        for entity in try parameters.structures("EntityMetricData") { entries += try entity.structures("MetricData") }
        guard !entries.isEmpty else { throw CloudWatchFailure.missing("MetricData") }
        guard entries.count <= Self.metricDataMax else {
            throw CloudWatchFailure.invalid(
                "The collection MetricData must not have a size greater than \(Self.metricDataMax).")
        }
        try await metrics.put(try entries.map { try Self.datum($0, namespace) })
        return [:]
    }

    private static func datum(
        _ entry: MetricParameters, _ namespace: String
    ) throws(CloudWatchFailure) -> MetricDatum {
        let dimensions = try entry.dimensions().map { MetricIdentity.Dimension($0.name, $0.value) }
        let identity = MetricIdentity(
            namespace: namespace, name: try entry.required("MetricName", entry.text("MetricName")),
            dimensions: dimensions)
        let resolution = try entry.integer("StorageResolution") ?? StorageResolution.minute.rawValue
        guard let resolution = StorageResolution(rawValue: resolution) else {
            throw .invalid("The parameter StorageResolution must be 1 or 60.")
        }
        return MetricDatum(
            identity, try content(entry), unit: try unit(entry) ?? .none, time: try entry.moment("Timestamp"),
            resolution: resolution)
    }

    private static func content(_ entry: MetricParameters) throws(CloudWatchFailure) -> MetricDatum.Content {
        let (value, values) = (try entry.number("Value"), try entry.numbers("Values"))
        let set = try entry.structure("StatisticValues")
        switch (value, values.isEmpty, set) {
        case (let value?, true, nil): return .values([value], counts: [1])
        case (nil, false, nil):
            let counts = try entry.numbers("Counts")
            return .values(values, counts: counts.isEmpty ? values.map { _ in 1 } : counts)
        case (nil, true, let set?):
            return .statistics(
                sampleCount: try set.required("SampleCount", set.number("SampleCount")),
                sum: try set.required("Sum", set.number("Sum")),
                minimum: try set.required("Minimum", set.number("Minimum")),
                maximum: try set.required("Maximum", set.number("Maximum")))
        case (nil, true, nil): throw .missing("Value")
        default:
            throw .combination("Exactly one of the parameters Value, Values and StatisticValues must be there.")
        }
    }

    private static func unit(_ parameters: MetricParameters) throws(CloudWatchFailure) -> StandardUnit? {
        guard let text = try parameters.text("Unit") else { return nil }
        guard let unit = StandardUnit(rawValue: text) else {
            throw .invalid("The value \(text) for parameter Unit is not one of AWS's units.")
        }
        return unit
    }

    // MARK: Reading

    func getMetricData(_ parameters: MetricParameters) throws -> WireValue {
        let start = try parameters.required("StartTime", parameters.moment("StartTime"))
        let end = try parameters.required("EndTime", parameters.moment("EndTime"))
        guard start < end else {
            throw CloudWatchFailure.invalid("The parameter EndTime must be greater than StartTime.")
        }
        let queries = try parameters.queries("MetricDataQueries")
        guard !queries.isEmpty else { throw CloudWatchFailure.missing("MetricDataQueries") }
        let isAscending = try parameters.text("ScanBy") == "TimestampAscending"
        let countMax = min(try parameters.integer("MaxDatapoints") ?? Self.pointsMax, Self.pointsMax)
        guard countMax > 0 else { throw CloudWatchFailure.invalid("The parameter MaxDatapoints must be positive.") }
        let plan = try MetricQueryPlan(queries)
        let results = try metrics.evaluate(plan, from: start, to: end)
        return try Self.page(results, parameters, isAscending: isAscending, countMax: countMax)
    }

    /// A page of the points of all results, one result after the other. The token is the number of points before the page.
    private static func page(
        _ results: [MetricQueryPlan.Result], _ parameters: MetricParameters, isAscending: Bool, countMax: Int
    ) throws(CloudWatchFailure) -> WireValue {
        let total = results.reduce(0) { $0 + $1.series.points.count }
        var skipped = 0
        if let token = try parameters.text("NextToken") {
            guard let number = Int(token), number > 0, number < total else { throw CloudWatchFailure.nextToken }
            skipped = number
        }
        let end = min(skipped + countMax, total)
        var before = 0
        var entries: [WireValue] = []
        for result in results {
            let points = isAscending ? result.series.points : result.series.points.reversed()
            let first = min(max(0, skipped - before), points.count)
            let range = first..<max(first, min(points.count, end - before))
            before += points.count
            // What is on another page altogether; one without points is on the first.
            guard !range.isEmpty || points.isEmpty && skipped == 0 else { continue }
            let shown = points[range]
            entries.append([
                "Id": .text(result.id), "Label": .text(result.label),
                "Timestamps": WireValue(shown.map { WireValue.timestamp($0.time) }),
                "Values": WireValue(shown.map { WireValue.number($0.value) }),
                "StatusCode": .text(range.upperBound < points.count ? "PartialData" : "Complete"),
            ])
        }
        return [
            "MetricDataResults": .list(entries), "Messages": .list([]),
            "NextToken": end < total ? .text(String(end)) : .null,
        ]
    }

    func getMetricStatistics(_ parameters: MetricParameters) throws -> WireValue {
        let identity = MetricIdentity(
            MetricReference(
                namespace: try parameters.required("Namespace", parameters.text("Namespace")),
                name: try parameters.required("MetricName", parameters.text("MetricName")),
                dimensions: try parameters.dimensions()))
        try identity.checkLengths()
        let start = try parameters.required("StartTime", parameters.moment("StartTime"))
        let end = try parameters.required("EndTime", parameters.moment("EndTime"))
        let period = try MetricPeriod(seconds: parameters.required("Period", parameters.integer("Period")))
        guard start < end else {
            throw CloudWatchFailure.invalid(
                "The parameter StartTime must be less than the parameter EndTime.")
        }
        let count = ((end - start).microseconds + period.seconds * 1_000_000 - 1) / (period.seconds * 1_000_000)
        guard count <= Self.statisticPointsMax else {
            throw CloudWatchFailure.combination(
                "You have requested up to \(count) datapoints, which exceeds the limit of \(Self.statisticPointsMax). You may reduce the datapoints requested by increasing Period, or decreasing the time range."
            )
        }
        let (simple, extended) = (try parameters.texts("Statistics"), try parameters.texts("ExtendedStatistics"))
        guard simple.isEmpty != extended.isEmpty else {
            throw CloudWatchFailure.combination(
                "Exactly one of the parameters Statistics and ExtendedStatistics must be there.")
        }
        for (name, values, most) in [
            ("Statistics", simple, Self.statisticsMax), ("ExtendedStatistics", extended, Self.extendedStatisticsMax),
        ] where values.count > most {
            throw CloudWatchFailure.invalid(
                "The collection \(name) must not have a size greater than \(most).")
        }
        let statistics = try (simple + extended).map { text throws(MetricError) in try MetricStatistic(text) }
        var query = MetricQuery(
            identity, statistics, unit: try Self.unit(parameters), period: period, from: start, to: end)
        // Units are told apart: a point for each.
        let units = try query.unit.map { [$0] } ?? metrics.statistics(query).units.sorted { $0.rawValue < $1.rawValue }
        var points: [WireValue] = []
        for unit in units {
            query.unit = unit
            points += Self.points(try metrics.statistics(query), simple + extended, isExtended: simple.isEmpty, unit)
        }
        return ["Label": .text(identity.name), "Datapoints": .list(points)]
    }

    private static func points(
        _ statistics: MetricStatistics, _ names: [String], isExtended: Bool, _ unit: StandardUnit
    ) -> [WireValue] {
        statistics.times.indices.map { index in
            var values: [String: WireValue] = [:]
            for (name, column) in zip(names, statistics.columns) { values[name] = column[index].map { .number($0) } }
            let rest: [String: WireValue] = [
                "Timestamp": .timestamp(statistics.times[index]), "Unit": .text(unit.rawValue),
            ]
            return .members(
                isExtended ? rest.merging(["ExtendedStatistics": .members(values)]) { $1 } : rest.merging(values) { $1 }
            )
        }
    }

    func listMetrics(_ parameters: MetricParameters) throws -> WireValue {
        var filter = MetricStore.Filter()
        filter.namespace = try parameters.text("Namespace")
        filter.name = try parameters.text("MetricName")
        for entry in try parameters.structures("Dimensions") {
            filter.dimensions.updateValue(
                try entry.text("Value"), forKey: try entry.required("Name", entry.text("Name")))
        }
        if let recent = try parameters.text("RecentlyActive") {
            guard recent == "PT3H" else {
                throw CloudWatchFailure.invalid("The parameter RecentlyActive must be PT3H.")
            }
            filter.isRecentlyActive = true
        }
        let (page, next) = try page(metrics.list(filter), parameters, countMax: Self.metricsMax)
        return ["Metrics": WireValue(page.map(Self.description)), "NextToken": next]
    }

    private static func description(_ identity: MetricIdentity) -> WireValue {
        [
            "Namespace": .text(identity.namespace), "MetricName": .text(identity.name),
            "Dimensions": WireValue(
                identity.dimensions.map { ["Name": .text($0.name), "Value": .text($0.value)] as WireValue }),
        ]
    }
}
