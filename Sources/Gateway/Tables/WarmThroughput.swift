import Tables

/// `WarmThroughput` of a table. Nothing is warmed here; what was asked for is kept, shown, and never lowered.
enum WarmThroughput {
    /// What an on-demand table begins with. AWS: 12,000 reads and 4,000 writes a second.
    static let onDemand = TableDefinition.Throughput(readCapacityUnits: 12_000, writeCapacityUnits: 4_000)

    /// What a new table asks for; nil when it asks for nothing.
    ///
    /// - Throws: a ValidationException for less than the table begins with.
    static func initial(
        _ request: RequestValue?, _ provisioned: TableDefinition.Throughput?
    ) throws(ServiceError) -> TableDefinition.Throughput? {
        let page = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html"
        return try wanted(request, atLeast: provisioned ?? onDemand) { kind in
            provisioned == nil
                ? "initial throughput for OnDemand. See: \(page)#on-demand-capacity-mode-initial"
                : "\(kind)CapacityUnits of ProvisionedThroughput"
        }
    }

    /// What an update asks for; nil when it asks for nothing.
    ///
    /// - Throws: a ValidationException for less than the table has.
    static func raised(
        _ request: RequestValue?, of table: TableDefinition
    ) throws(ServiceError) -> TableDefinition.Throughput? {
        try wanted(request, atLeast: current(table)) { _ in
            "current WarmThroughput, decreasing WarmThroughput is not supported"
        }
    }

    /// What a table has: what was asked for, and never less than its mode gives.
    static func current(_ table: TableDefinition) -> TableDefinition.Throughput {
        let base = table.billingMode == .payPerRequest ? onDemand : table.throughput ?? onDemand
        return TableDefinition.Throughput(
            readCapacityUnits: max(base.readCapacityUnits, table.warmThroughput?.readCapacityUnits ?? 0),
            writeCapacityUnits: max(base.writeCapacityUnits, table.warmThroughput?.writeCapacityUnits ?? 0))
    }

    private static func wanted(
        _ request: RequestValue?, atLeast least: TableDefinition.Throughput, named floor: (String) -> String
    ) throws(ServiceError) -> TableDefinition.Throughput? {
        guard let request else { return nil }
        func units(_ kind: String, _ least: Int) throws(ServiceError) -> Int {
            let units = request["\(kind)UnitsPerSecond"]?.integer ?? least
            guard units >= least else {
                throw .invalidParameter(
                    "Requested \(kind)UnitsPerSecond for WarmThroughput for table is lower than \(floor(kind))")
            }
            return units
        }
        return TableDefinition.Throughput(
            readCapacityUnits: try units("Read", least.readCapacityUnits),
            writeCapacityUnits: try units("Write", least.writeCapacityUnits))
    }
}
