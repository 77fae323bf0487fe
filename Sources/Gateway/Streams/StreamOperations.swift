import Clocks
import Items
import Tables

/// The operations of DynamoDB Streams.
struct StreamOperations: Sendable {
    /// Most records of one GetRecords answer. AWS: 1,000, or 1 MB.
    static let recordsMax = 1_000
    /// Most streams or shards of one answer. AWS: 100.
    static let pageMax = 100

    let tables: TableStore

    func listStreams(_ body: [UInt8]) throws -> [UInt8] {
        let request = try request(body, StreamShapes.listStreams)
        var streams = tables.streams[...]
        if let name = request["TableName"]?.text.map(TableReference.name) {
            streams = streams.filter { $0.tableName == name }[...]
        }
        if let start = request["ExclusiveStartStreamArn"]?.text {
            try Self.check(arn: start)
            streams = streams[(streams.firstIndex { start < $0.arn } ?? streams.endIndex)...]
        }
        let page = streams.prefix(Self.limit(request))
        var json = JSONWriter()
        json.object { json in
            json.member("Streams", page) { json, stream in
                json.object { json in
                    json.member("StreamArn", stream.arn)
                    json.member("StreamLabel", stream.label)
                    json.member("TableName", stream.tableName)
                }
            }
            if page.count < streams.count, let last = page.last { json.member("LastEvaluatedStreamArn", last.arn) }
        }
        return json.bytes
    }

    func describeStream(_ body: [UInt8]) throws -> [UInt8] {
        let request = try request(body, StreamShapes.describeStream)
        let stream = try stream(request)
        var shards = stream.shards
        if let filter = request["ShardFilter"], filter["Type"] != nil {
            guard let parent = filter["ShardId"]?.text else {
                throw ServiceError.invalidParameter("ShardId must be specified for ShardFilter type CHILD_SHARDS")
            }
            shards = shards.filter { $0.parentID == parent }
        }
        let page = ShardPage(
            shards, after: request["ExclusiveStartShardId"]?.text, limit: Self.limit(request))
        var json = JSONWriter()
        json.object { json in
            json.member("StreamDescription") { json in
                json.member("StreamArn", stream.arn)
                json.member("StreamLabel", stream.label)
                json.member("StreamStatus", stream.isEnabled ? "ENABLED" : "DISABLED")
                json.member("StreamViewType", stream.viewType.rawValue)
                json.member("CreationRequestDateTime", stream.createdAt)
                json.member("TableName", stream.tableName)
                json.member("KeySchema", stream.keySchema.elements) { $1.write(to: &$0) }
                page.write(to: &json)
            }
        }
        return json.bytes
    }

    func getShardIterator(_ body: [UInt8]) throws -> [UInt8] {
        let request = try request(body, StreamShapes.getShardIterator)
        let stream = try stream(request)
        let shardID = request["ShardId"]?.text ?? ""
        guard stream.shards.contains(where: { $0.id == shardID }) else {
            throw ServiceError(.resourceNotFound, "Requested resource not found: Shard does not exist")
        }
        let iterator = try tables.shardIterator(streamARN: stream.arn, shardID: shardID, Self.position(request))
        var json = JSONWriter()
        json.object { $0.member("ShardIterator", iterator) }
        return json.bytes
    }

    /// Joins the records' bytes; none of them is read.
    func getRecords(_ body: [UInt8], _ account: RequestAccount?) throws -> [UInt8] {
        let request = try request(body, StreamShapes.getRecords)
        let records = try tables.records(
            shardIterator: request["ShardIterator"]?.text ?? "",
            limit: request["Limit"]?.integer ?? Self.recordsMax)
        account?.returned(records.json, of: records.stream)
        var json = JSONWriter()
        json.reserve(records.json.reduce(2_200) { $0 + $1.count + 1 })
        json.object { json in
            json.member("Records", records.json) { $0.raw($1) }
            // A closed shard that is read to its end has no next iterator.
            if let next = records.nextShardIterator { json.member("NextShardIterator", next) }
        }
        return json.bytes
    }

    private func request(_ body: [UInt8], _ members: [Shape.Member]) throws -> RequestValue {
        let request = try RequestReader.read(body, members)
        try ConstraintCheck.check(request, members)
        return request
    }

    private func stream(_ request: RequestValue) throws(ServiceError) -> ChangeStream {
        let arn = request["StreamArn"]?.text ?? ""
        try Self.check(arn: arn)
        do throws(TableError) {
            return try tables.stream(arn: arn)
        } catch {
            throw ServiceError(.resourceNotFound, "Requested resource not found: Stream: \(arn) not found")
        }
    }

    /// - Throws: a ValidationException for what is no stream's ARN; one of a stream that is gone passes.
    private static func check(arn: String) throws(ServiceError) {
        let fields = arn.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        let resource = fields.last?.split(separator: "/", maxSplits: 4, omittingEmptySubsequences: false) ?? []
        guard fields.count == 6, fields[0] == "arn", fields[2] == "dynamodb", resource.count == 4,
            resource[0] == "table", resource[2] == "stream"
        else { throw .validation("Invalid StreamArn") }
    }

    private static func limit(_ request: RequestValue) -> Int { min(request["Limit"]?.integer ?? pageMax, pageMax) }

    /// - Throws: a ValidationException when a type that begins at a record names none, or another one names one.
    static func position(_ request: RequestValue) throws(ServiceError) -> ChangeStream.IteratorPosition {
        let type = request["ShardIteratorType"]?.text ?? ""
        let number = request["SequenceNumber"]?.text
        if type == "TRIM_HORIZON" || type == "LATEST" {
            guard number == nil else {
                throw .invalidParameter("SequenceNumber must not be specified for ShardIteratorType \(type)")
            }
            return type == "LATEST" ? .latest : .trimHorizon
        }
        guard let number else {
            throw .invalidParameter("SequenceNumber must be specified for ShardIteratorType \(type)")
        }
        return type == "AT_SEQUENCE_NUMBER" ? .at(sequenceNumber: number) : .after(sequenceNumber: number)
    }
}

/// A page of a stream's shards.
struct ShardPage {
    let shards: [ChangeStream.Shard]
    /// The last one, when more follow.
    let lastEvaluatedShardID: String?

    /// - Parameter id: where the page before ended; a shard that is gone by now counts for where it would be.
    init(_ all: [ChangeStream.Shard], after id: String?, limit: Int) {
        let rest = id.map { id in all.drop { $0.id <= id } } ?? all[...]
        shards = Array(rest.prefix(limit))
        lastEvaluatedShardID = shards.count < rest.count ? shards.last?.id : nil
    }

    func write(to json: inout JSONWriter) {
        json.member("Shards", shards) { json, shard in
            json.object { json in
                json.member("ShardId", shard.id)
                json.member("SequenceNumberRange") { json in
                    json.member("StartingSequenceNumber", shard.startingSequenceNumber)
                    // An open shard has no end.
                    if let end = shard.endingSequenceNumber { json.member("EndingSequenceNumber", end) }
                }
                if let parent = shard.parentID { json.member("ParentShardId", parent) }
            }
        }
        if let lastEvaluatedShardID { json.member("LastEvaluatedShardId", lastEvaluatedShardID) }
    }
}
