import MetricMath

/// Makes queries of a widget's rows.
struct EntryBuilder {
    let statistic: Statistic
    let period: Int
    private(set) var entries: [MetricWidget.Entry] = []

    init(statistic: Statistic, period: Int) {
        self.statistic = statistic
        self.period = period
    }

    mutating func addMetric(
        _ names: [String], _ options: BodyReader.Members, _ path: String, _ reader: inout BodyReader
    ) {
        let dimensions = stride(from: 2, to: names.count, by: 2).map {
            MetricDimension(name: names[$0], value: names[$0 + 1])
        }
        let metric = MetricReference(namespace: names[0], name: names[1], dimensions: dimensions)
        var statistic = statistic
        if let name = reader.string("stat", in: options, path) {
            if let own = Statistic(name: name) {
                statistic = own
            } else {
                reader.error("\(path)/stat", "'\(name)' is no statistic; Sum or p99 is one")
            }
        }
        let period = reader.integer("period", in: options, path, 1...31_536_000) ?? period
        let stat = MetricStat(metric: metric, statistic: statistic, period: period)
        add(.metric(stat), options, path, &reader)
    }

    mutating func addExpression(_ options: BodyReader.Members, _ path: String, _ reader: inout BodyReader) {
        let period = reader.integer("period", in: options, path, 1...31_536_000)
        guard let text = reader.string("expression", in: options, path) else { return }
        add(.expression(text, period: period), options, path, &reader)
    }

    private mutating func add(
        _ source: MetricDataQuery.Source, _ options: BodyReader.Members, _ path: String, _ reader: inout BodyReader
    ) {
        let isVisible = reader.bool("visible", in: options, path) ?? true
        let query = MetricDataQuery(
            id: reader.string("id", in: options, path) ?? "", source: source,
            label: reader.string("label", in: options, path), returnsData: isVisible)
        entries.append(
            MetricWidget.Entry(
                query: query, color: reader.string("color", in: options, path),
                side: reader.choice("yAxis", in: options, path, MetricWidget.Side.self) ?? .left,
                isVisible: isVisible))
    }

    /// Gives ids that nobody else has to rows without one.
    mutating func nameTheRest() {
        let given = Set(entries.map(\.query.id))
        for place in entries.indices where entries[place].query.id.isEmpty {
            var id = "row\(place)"
            while given.contains(id) { id += "_" }
            entries[place].query.id = id
        }
    }
}
