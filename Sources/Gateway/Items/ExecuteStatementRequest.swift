import Foundation
import Items

/// ExecuteStatement, read and checked as far as that goes without the table.
struct ExecuteStatementRequest {
    let statement: PartiQLStatement
    let isConsistent: Bool
    let limit: Int?
    /// Where an earlier page ended.
    let exclusiveStartKey: Item?
    let returnsItemOnFailure: Bool
    let options: AnswerOptions

    /// - Throws: `ItemError`, in AWS's order.
    init(_ body: [UInt8]) throws(ItemError) {
        var reader = JSONReader(body)
        var text: String?
        var parameters: [AttributeValue] = []
        var isConsistent = false
        var limit: Int?
        var nextToken: String?
        var onFailure: String?
        var options = AnswerOptions()
        try reader.request { reader, member throws(ItemError) in
            switch member {
            case "Statement": text = try reader.string()
            case "Parameters": parameters = try reader.attributeValues()
            case "ConsistentRead": isConsistent = try reader.bool()
            case "Limit": limit = try reader.int()
            case "NextToken": nextToken = try reader.string()
            case "ReturnValuesOnConditionCheckFailure": onFailure = try reader.string()
            default:
                if try options.read(member, &reader) { return }
                try reader.skipValue()
            }
        }
        var faults = ConstraintFaults()
        options.checkCapacity(&faults)
        faults.require(text != nil, at: "statement")
        faults.check(onFailure, isOneOf: ["ALL_OLD", "NONE"], at: "returnValuesOnConditionCheckFailure")
        faults.check(limit, atLeast: 1, at: "limit")
        try faults.check()
        if let refusal = reader.refusals.item { throw refusal }
        statement = try PartiQLStatement(text ?? "", parameters: parameters)
        self.isConsistent = isConsistent
        self.limit = limit
        exclusiveStartKey = try nextToken.map { token throws(ItemError) in try StatementToken(token).key }
        returnsItemOnFailure = onFailure == "ALL_OLD"
        self.options = options
    }
}

/// Where a statement's page ended, as text for clients.
struct StatementToken {
    let key: Item

    init(key: Item) { self.key = key }

    init(_ text: String) throws(ItemError) {
        guard let json = Data(base64Encoded: text), let key = try? Item(json: Array(json)) else {
            throw .validation("NextToken does not match request")
        }
        self.key = key
    }

    var text: String { Data(key.json).base64EncodedString() }
}
