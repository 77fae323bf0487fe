import Clocks
import Tables

/// Tags, time to live and continuous backups.
extension TableOperations {
    // MARK: Tags

    func tagResource(_ body: [UInt8]) async throws -> [UInt8] {
        let request = try request(body, TableShapes.tagResource)
        let arn = try TaggedResource(request["ResourceArn"]?.text)
        guard let list = request["Tags"]?.elements, !list.isEmpty else {
            throw ServiceError.validation("Atleast one Tag needs to be provided as Input.")
        }
        let tags = try TagsRequest.tags(list)
        let table = try arn.table(in: tables)
        try TagsRequest.checkCount(table.definition.tags.merging(tags) { _, new in new }.count)
        try await tables.setTags(table.name, adding: tags, removing: [])
        return []
    }

    func untagResource(_ body: [UInt8]) async throws -> [UInt8] {
        let request = try request(body, TableShapes.untagResource)
        let arn = try TaggedResource(request["ResourceArn"]?.text)
        guard let list = request["TagKeys"]?.elements, !list.isEmpty else {
            throw ServiceError.validation("Atleast one Tag Key needs to be provided as Input.")
        }
        let keys = try TagsRequest.keys(list)
        try await tables.setTags(arn.table(in: tables).name, adding: [:], removing: keys)
        return []
    }

    func listTagsOfResource(_ body: [UInt8]) throws -> [UInt8] {
        let request = try request(body, TableShapes.listTagsOfResource)
        let tags = try TaggedResource(request["ResourceArn"]?.text).table(in: tables).definition.tags
        var json = JSONWriter()
        json.object { json in
            json.member("Tags", tags.sorted { $0.key < $1.key }) { json, tag in
                json.object { json in
                    json.member("Key", tag.key)
                    json.member("Value", tag.value)
                }
            }
        }
        return json.bytes
    }

    // MARK: Time to live

    func updateTimeToLive(_ body: [UInt8]) async throws -> [UInt8] {
        let request = try request(body, TableShapes.updateTimeToLive)
        let isEnabled = request["TimeToLiveSpecification"]?["Enabled"]?.flag ?? false
        let attribute = request["TimeToLiveSpecification"]?["AttributeName"]?.text ?? ""
        guard !attribute.isEmpty else {
            throw ServiceError.validation("TimeToLiveSpecification.AttributeName must be non empty")
        }
        let table = try table(request)
        switch (try table.definition.timeToLiveAttribute, isEnabled) {
        case (let current?, _) where current != attribute:
            throw ServiceError.validation(
                "TimeToLive is active on a different AttributeName: current AttributeName is \(current)")
        case (.some, true): throw ServiceError.validation("TimeToLive is already enabled")
        case (nil, false): throw ServiceError.validation("TimeToLive is already disabled")
        default: try await tables.setTimeToLive(table.name, attribute: isEnabled ? attribute : nil)
        }
        var json = JSONWriter()
        json.object { json in
            json.member("TimeToLiveSpecification") { json in
                json.member("Enabled", isEnabled)
                json.member("AttributeName", attribute)
            }
        }
        return json.bytes
    }

    func describeTimeToLive(_ body: [UInt8]) throws -> [UInt8] {
        let table = try table(request(body, TableShapes.tableName)).description()
        let attribute = table.definition.timeToLiveAttribute
        let enabled = table.isTimeToLiveEnabling ? "ENABLING" : "ENABLED"
        var json = JSONWriter()
        json.object { json in
            json.member("TimeToLiveDescription") { json in
                json.member("TimeToLiveStatus", attribute == nil ? "DISABLED" : enabled)
                if let attribute { json.member("AttributeName", attribute) }
            }
        }
        return json.bytes
    }

    // MARK: Continuous backups

    /// AWS keeps a table's past for 35 days when the request does not say.
    private static let recoveryPeriodInDaysDefault = 35

    func updateContinuousBackups(_ body: [UInt8], now: Timestamp) async throws -> [UInt8] {
        let request = try request(body, TableShapes.updateContinuousBackups)
        let specification = request["PointInTimeRecoverySpecification"]
        let isEnabled = specification?["PointInTimeRecoveryEnabled"]?.flag ?? false
        let days = specification?["RecoveryPeriodInDays"]?.integer
        guard isEnabled || days == nil else {
            throw ServiceError.validation(
                "Invalid Request: Cannot specify RecoveryPeriodInDays when disabling point-in-time recovery.")
        }
        let table = try backedUpTable(request)
        let current = try table.definition.pointInTimeRecovery
        let setting = TableDefinition.PointInTimeRecovery(
            recoveryPeriodInDays: days ?? current?.recoveryPeriodInDays ?? Self.recoveryPeriodInDaysDefault,
            enabledAt: current?.enabledAt ?? now)
        try await tables.setPointInTimeRecovery(table.name, isEnabled ? setting : nil)
        return Self.continuousBackups(isEnabled ? setting : nil, now: now)
    }

    func describeContinuousBackups(_ body: [UInt8], now: Timestamp) throws -> [UInt8] {
        let table = try backedUpTable(request(body, TableShapes.tableName))
        return Self.continuousBackups(try table.definition.pointInTimeRecovery, now: now)
    }

    /// The operations on backups have an exception of their own for a table that is missing.
    private func backedUpTable(_ request: RequestValue) throws(ServiceError) -> Table {
        let name = request["TableName"]?.text ?? ""
        do throws(TableError) {
            return try tables.table(name)
        } catch {
            throw ServiceError(.tableNotFound, "Table not found: \(name)")
        }
    }

    private static func continuousBackups(
        _ setting: TableDefinition.PointInTimeRecovery?, now: Timestamp
    ) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("ContinuousBackupsDescription") { json in
                json.member("ContinuousBackupsStatus", "ENABLED")
                json.member("PointInTimeRecoveryDescription") { json in
                    json.member("PointInTimeRecoveryStatus", setting == nil ? "DISABLED" : "ENABLED")
                    guard let setting else { return }
                    json.member("RecoveryPeriodInDays", setting.recoveryPeriodInDays)
                    let oldest = now - .seconds(setting.recoveryPeriodInDays * 24 * 3_600)
                    json.member("EarliestRestorableDateTime", max(setting.enabledAt ?? oldest, oldest))
                    json.member("LatestRestorableDateTime", now)
                }
            }
        }
        return json.bytes
    }
}

/// `ResourceArn` of the operations on tags: a table's ARN.
struct TaggedResource {
    private let arn: String
    private let tableName: String

    /// - Throws: a ValidationException for what is no ARN of a table.
    init(_ arn: String?) throws(ServiceError) {
        guard let arn else { throw .validation("Invalid TableArn") }
        guard arn.hasPrefix("arn:") else { throw .invalidParameter("ARNs must start with 'arn:': \(arn)") }
        let fields = arn.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        guard fields.count == 6, fields[2] == "dynamodb" else {
            throw .invalidParameter("Provided Arn is not a DynamoDB resource arn: \(arn)")
        }
        guard let parts = TableReference.parts(ofARN: arn), Shape.Pattern.name.matches(parts.name) else {
            throw .invalidParameter(
                "Invalid resource arn provided, only table or stream is accepted. Provided resource arn: \(arn)")
        }
        self.arn = arn
        tableName = parts.name
    }

    /// - Throws: a ResourceNotFoundException when there is no table of this ARN.
    func table(in tables: TableStore) throws(ServiceError) -> Table {
        do throws(TableError) {
            let table = try tables.table(tableName)
            if table.arn == arn { return table }
        } catch {
            // Told below, with the ARN.
        }
        throw ServiceError(.resourceNotFound, "Requested resource not found: ResourceArn: \(arn) not found")
    }
}
