import Items
import Queues

/// The parameters of all operations that look after queues, which have few members and share most of them.
struct QueueRequest: Sendable {
    private(set) var queueURL: String?
    private(set) var queueName: String?
    private(set) var ownerAccount: String?
    private(set) var attributes: [String: String] = [:]
    private(set) var attributeNames: [String] = []
    private(set) var tags: [String: String] = [:]
    private(set) var tagKeys: [String] = []
    private(set) var namePrefix = ""
    private(set) var nextToken: String?
    private(set) var maxResults: Int?
    private(set) var label: String?
    private(set) var accounts: [String] = []
    private(set) var actions: [String] = []
    private(set) var sourceARN: String?
    private(set) var destinationARN: String?
    private(set) var rate: Int?
    private(set) var taskHandle: String?

    init(_ body: [UInt8]) throws(ItemError) {
        var request = Self()
        var reader = JSONReader(body)
        try reader.request { reader, member throws(ItemError) in
            switch member {
            case "QueueUrl": request.queueURL = try reader.string()
            case "QueueName": request.queueName = try reader.string()
            case "QueueOwnerAWSAccountId": request.ownerAccount = try reader.string()
            case "Attributes": request.attributes = try reader.stringMap()
            case "AttributeNames": request.attributeNames = try reader.strings()
            // CreateQueue writes the name small.
            case "Tags", "tags": request.tags = try reader.stringMap()
            case "TagKeys": request.tagKeys = try reader.strings()
            case "QueueNamePrefix": request.namePrefix = try reader.string()
            case "NextToken": request.nextToken = try reader.string()
            case "MaxResults": request.maxResults = try reader.int()
            case "Label": request.label = try reader.string()
            case "AWSAccountIds": request.accounts = try reader.strings()
            case "Actions": request.actions = try reader.strings()
            case "SourceArn": request.sourceARN = try reader.string()
            case "DestinationArn": request.destinationARN = try reader.string()
            case "MaxNumberOfMessagesPerSecond": request.rate = try reader.int()
            case "TaskHandle": request.taskHandle = try reader.string()
            default: try reader.skipValue()
            }
        }
        self = request
    }

    private init() {}

    /// A parameter that must be there.
    static func required<Value>(_ value: Value?, _ parameter: String) throws(QueueError) -> Value {
        guard let value else {
            throw QueueError(.missingParameter, "The request must contain the parameter \(parameter).")
        }
        return value
    }

    static func required<Value: Collection>(_ values: Value, _ parameter: String) throws(QueueError) -> Value {
        guard !values.isEmpty else {
            throw QueueError(.missingParameter, "The request must contain the parameter \(parameter).")
        }
        return values
    }
}
