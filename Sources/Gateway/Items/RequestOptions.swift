import Items

/// What a write answers of the item.
enum ReturnValues: String {
    case none = "NONE"
    case allOld = "ALL_OLD"
    case updatedOld = "UPDATED_OLD"
    case allNew = "ALL_NEW"
    case updatedNew = "UPDATED_NEW"

    /// In the order in which AWS lists them.
    static let names = ["ALL_NEW", "UPDATED_OLD", "ALL_OLD", "NONE", "UPDATED_NEW"]
}

/// How much an answer tells of the capacity a request consumed.
enum CapacityDetail: String {
    case none = "NONE"
    case total = "TOTAL"
    /// Also how it splits into the table and each index.
    case indexes = "INDEXES"

    static let names = ["INDEXES", "TOTAL", "NONE"]
}

/// What a Query or Scan answers of its items.
enum Selection: String {
    case allAttributes = "ALL_ATTRIBUTES"
    case allProjectedAttributes = "ALL_PROJECTED_ATTRIBUTES"
    case specificAttributes = "SPECIFIC_ATTRIBUTES"
    case count = "COUNT"

    static let names = ["SPECIFIC_ATTRIBUTES", "COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES"]
}

/// The parameters that choose what else an answer holds, which most operations share.
struct AnswerOptions {
    private var capacity: String?
    private var metrics: String?

    /// Reads the member if it is one of these.
    mutating func read(_ member: JSONName, _ reader: inout JSONReader) throws(ItemError) -> Bool {
        switch member {
        case "ReturnConsumedCapacity": capacity = try reader.string()
        case "ReturnItemCollectionMetrics": metrics = try reader.string()
        default: return false
        }
        return true
    }

    func checkCapacity(_ faults: inout ConstraintFaults) {
        faults.check(capacity, isOneOf: CapacityDetail.names, at: "returnConsumedCapacity")
    }

    func checkMetrics(_ faults: inout ConstraintFaults) {
        faults.check(metrics, isOneOf: ["SIZE", "NONE"], at: "returnItemCollectionMetrics")
    }

    var capacityDetail: CapacityDetail { capacity.flatMap(CapacityDetail.init(rawValue:)) ?? .none }
    var wantsCollectionMetrics: Bool { metrics == "SIZE" }
}
