/// What a resource is, apart from its properties.
struct ResourceIdentity: Sendable {
    var logicalID: String
    var name: String
    var line: Int
    var arn: String
}

extension TableResource {
    /// - Returns: nil when the keys or indexes contradict themselves; the diagnostics say how.
    init?(_ properties: Properties, identity: ResourceIdentity, diagnostics: inout DiagnosticCollector) {
        var keys = KeyReader(properties, diagnostics: diagnostics)
        let keySchema = keys.keySchema(of: properties, named: "the table")
        var indexes: [Index] = []
        for (section, isGlobal) in [("GlobalSecondaryIndexes", true), ("LocalSecondaryIndexes", false)] {
            for entry in properties.objects(section) {
                guard let index = keys.index(entry, isGlobal: isGlobal) else { continue }
                if !isGlobal, let keySchema { keys.checkLocal(index, against: keySchema, entry) }
                if indexes.contains(where: { $0.name == index.name }) {
                    keys.error(
                        "the index name \(index.name) is used twice; rename one", entry, property: "IndexName")
                }
                indexes.append(index)
            }
        }
        keys.checkUnused(properties)
        diagnostics = keys.diagnostics
        Self.checkBilling(properties, into: &diagnostics)
        ttlAttribute = Self.ttlAttribute(properties, into: &diagnostics)
        guard let keySchema else { return nil }
        logicalID = identity.logicalID
        name = identity.name
        line = identity.line
        arn = identity.arn
        self.keySchema = keySchema
        self.indexes = indexes
        streamViewType = properties.object("StreamSpecification")?.text("StreamViewType")
        streamARN = streamViewType.map { _ in identity.arn + "/stream/LATEST" }
        settings = Settings(properties)
    }

    private static func checkBilling(_ properties: Properties, into diagnostics: inout DiagnosticCollector) {
        let isOnDemand = properties.text("BillingMode") == "PAY_PER_REQUEST"
        let hasThroughput = properties.value("ProvisionedThroughput") != nil
        let place = properties.place.member("ProvisionedThroughput")
        if isOnDemand, hasThroughput {
            diagnostics.error(
                "ProvisionedThroughput contradicts BillingMode PAY_PER_REQUEST; remove one of them",
                line: properties.line(of: "ProvisionedThroughput"), at: place)
        } else if !isOnDemand, !hasThroughput {
            diagnostics.error(
                "a table needs BillingMode PAY_PER_REQUEST or ProvisionedThroughput; add one", line: properties.line,
                at: place)
        } else if !isOnDemand {
            diagnostics.warning(
                "ProvisionedThroughput is not enforced here: no request is throttled",
                line: properties.line(of: "ProvisionedThroughput"), at: place)
        }
    }

    private static func ttlAttribute(
        _ properties: Properties, into diagnostics: inout DiagnosticCollector
    ) -> String? {
        guard let ttl = properties.object("TimeToLiveSpecification"), ttl.boolean("Enabled") == true else { return nil }
        if let name = ttl.text("AttributeName") { return name }
        diagnostics.error(
            "TimeToLiveSpecification is enabled without AttributeName; name the attribute that holds the expiry",
            line: ttl.line, at: ttl.place)
        return nil
    }
}

extension TableResource.Settings {
    /// AWS's default of RecoveryPeriodInDays.
    private static let recoveryPeriodInDaysDefault = 35

    fileprivate init(_ properties: Properties) {
        throughput = TableResource.Throughput(properties)
        if let recovery = properties.object("PointInTimeRecoverySpecification"),
            recovery.boolean("PointInTimeRecoveryEnabled") == true
        {
            recoveryPeriodInDays = recovery.integer("RecoveryPeriodInDays") ?? Self.recoveryPeriodInDaysDefault
        }
        isEncrypted = properties.object("SSESpecification")?.boolean("SSEEnabled") ?? false
        kmsKeyID = properties.object("SSESpecification")?.text("KMSMasterKeyId").flatMap { $0.isEmpty ? nil : $0 }
        isDeletionProtected = properties.boolean("DeletionProtectionEnabled") ?? false
        tableClass = properties.text("TableClass") ?? tableClass
        for tag in properties.objects("Tags") {
            if let key = tag.text("Key"), let value = tag.text("Value") { tags[key] = value }
        }
    }
}

extension TableResource.Throughput {
    /// Nil where the table or index names none.
    fileprivate init?(_ properties: Properties) {
        guard let throughput = properties.object("ProvisionedThroughput"),
            let read = throughput.integer("ReadCapacityUnits"), let write = throughput.integer("WriteCapacityUnits")
        else { return nil }
        self.init(readCapacityUnits: read, writeCapacityUnits: write)
    }
}

/// Reads key schemas against the table's attribute definitions.
private struct KeyReader {
    private let types: [String: TableResource.KeyType]
    private var used: Set<String> = []
    var diagnostics: DiagnosticCollector

    init(_ properties: Properties, diagnostics: DiagnosticCollector) {
        self.diagnostics = diagnostics
        var types: [String: TableResource.KeyType] = [:]
        for definition in properties.objects("AttributeDefinitions") {
            guard let name = definition.text("AttributeName") else { continue }
            if types[name] != nil {
                self.diagnostics.error(
                    "AttributeDefinitions names \(name) twice; keep one", line: definition.line, at: definition.place)
            }
            types[name] = definition.text("AttributeType").flatMap(TableResource.KeyType.init)
        }
        self.types = types
    }

    mutating func error(_ message: String, _ properties: Properties, property: String) {
        diagnostics.error(
            message, line: properties.line(of: property), at: properties.place.member(property))
    }

    mutating func keySchema(of properties: Properties, named owner: String) -> TableResource.KeySchema? {
        let elements = properties.objects("KeySchema")
        used.formUnion(elements.compactMap { $0.text("AttributeName") })
        let roles = elements.compactMap { $0.text("KeyType") }
        guard roles == ["HASH"] || roles == ["HASH", "RANGE"] else {
            let several = roles.count > 2 || (roles.count == 2 && roles[0] == roles[1])
            let reason = several && owner != "the table" ? " (Sluice knows one attribute for each)" : ""
            error(
                "KeySchema of \(owner) must be HASH, or HASH then RANGE\(reason); it is \(roles.joined(separator: ", "))",
                properties, property: "KeySchema")
            return nil
        }
        let attributes = elements.map { attribute(of: $0) }
        guard let hash = attributes[0] else { return nil }
        if attributes.count == 1 { return TableResource.KeySchema(hash: hash) }
        guard let range = attributes[1] else { return nil }
        if hash.name == range.name {
            error(
                "\(hash.name) is both HASH and RANGE of \(owner); name another attribute", properties,
                property: "KeySchema")
            return nil
        }
        return TableResource.KeySchema(hash: hash, range: range)
    }

    private mutating func attribute(of element: Properties) -> TableResource.KeyAttribute? {
        guard let name = element.text("AttributeName") else { return nil }
        if let type = types[name] { return TableResource.KeyAttribute(name: name, type: type) }
        let hint = Spelling.suggestion(for: name, among: types.keys)
        error(
            "the key attribute \(name) is not in AttributeDefinitions\(hint); define it with its type", element,
            property: "AttributeName")
        return nil
    }

    mutating func index(_ entry: Properties, isGlobal: Bool) -> TableResource.Index? {
        let name = entry.text("IndexName") ?? ""
        guard let keys = keySchema(of: entry, named: "the index \(name)") else { return nil }
        let projection = entry.object("Projection")
        let extra = projection?.texts("NonKeyAttributes") ?? []
        let kind: TableResource.Projection
        switch projection?.text("ProjectionType") {
        case "INCLUDE": kind = .include(extra)
        case "KEYS_ONLY": kind = .keysOnly
        default: kind = .all
        }
        if case .include = kind, extra.isEmpty {
            error("ProjectionType INCLUDE needs NonKeyAttributes; add them", entry, property: "Projection")
        } else if projection?.text("ProjectionType") != "INCLUDE", !extra.isEmpty {
            error("NonKeyAttributes need ProjectionType INCLUDE; change one", entry, property: "Projection")
        }
        return TableResource.Index(
            name: name, isGlobal: isGlobal, hash: keys.hash, range: keys.range, projection: kind,
            throughput: TableResource.Throughput(entry))
    }

    mutating func checkLocal(
        _ index: TableResource.Index, against table: TableResource.KeySchema, _ entry: Properties
    ) {
        if index.hash != table.hash || index.range == nil {
            error(
                "the local index \(index.name) needs the table's HASH key \(table.hash.name) and a RANGE key of its own",
                entry, property: "KeySchema")
        }
    }

    /// DynamoDB refuses definitions that no key uses: only keys have declared types.
    mutating func checkUnused(_ properties: Properties) {
        for definition in properties.objects("AttributeDefinitions") {
            guard let name = definition.text("AttributeName"), !used.contains(name) else { continue }
            diagnostics.error(
                "AttributeDefinitions names \(name), which is no key of the table or an index; remove it"
                    + " (other attributes need no definition)", line: definition.line, at: definition.place)
        }
    }
}
