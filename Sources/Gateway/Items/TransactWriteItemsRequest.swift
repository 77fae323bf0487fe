import Items

/// TransactWriteItems, read and checked as far as that goes without the tables.
struct TransactWriteItemsRequest {
    /// Most actions in one transaction. AWS: 100.
    static let actionCountMax = 100
    /// Longest client token, in characters. AWS: 36.
    private static let tokenLengthMax = 36

    struct Action {
        enum Change {
            case put(Item)
            case update(key: Item, UpdateExpression)
            case delete(key: Item)
            case check(key: Item)
        }

        let tableName: String
        let change: Change
        let condition: ConditionExpression?
        let returnsItemOnFailure: Bool
    }

    let actions: [Action]
    let token: String?
    /// Equal for requests that ask for the same: a token must come with the same request again.
    let digest: UInt64
    let options: AnswerOptions

    /// - Throws: `ItemError`, in AWS's order.
    init(_ body: [UInt8]) throws(ItemError) {
        var reader = JSONReader(body)
        var given: GivenList<[TransactAction]>?
        var token: String?
        var options = AnswerOptions()
        try reader.request { reader, member throws(ItemError) in
            switch member {
            case "TransactItems":
                var items = GivenList<[TransactAction]>()
                try reader.array { reader throws(ItemError) in items.add(try TransactAction.all(&reader)) }
                given = items
            case "ClientRequestToken": token = try reader.string()
            default:
                if try options.read(member, &reader) { return }
                try reader.skipValue()
            }
        }
        try Self.checkConstraints(given, token, options)
        var digest = RequestDigest()
        var actions: [Action] = []
        for item in given?.kept ?? [] {
            guard let action = item.first else {
                throw .validation(
                    "Invalid Request: TransactWriteRequest should contain Delete or Put or Update request")
            }
            guard item.count == 1 else {
                throw .validation("TransactItems can only contain one of Check, Put, Update or Delete")
            }
            actions.append(try action.checked(reader.refusals))
            action.add(to: &digest)
        }
        if let refusal = reader.refusals.item { throw refusal }
        self.actions = actions
        self.token = token
        self.digest = digest.value
        self.options = options
    }

    private static func checkConstraints(
        _ given: GivenList<[TransactAction]>?, _ token: String?, _ options: AnswerOptions
    ) throws(ItemError) {
        var faults = ConstraintFaults()
        options.checkCapacity(&faults)
        options.checkMetrics(&faults)
        faults.check(
            length: token?.utf16.count, atLeast: 1, atMost: tokenLengthMax, shown: token ?? "",
            at: "clientRequestToken")
        faults.require(given != nil, at: "transactItems")
        faults.check(
            length: given?.count, atLeast: 1, atMost: actionCountMax,
            shown: GivenLists.shown("TransactWriteItem", count: given?.count ?? 0), at: "transactItems")
        for (index, item) in (given?.kept ?? []).enumerated() {
            for action in item { action.check(&faults, at: "transactItems.\(index + 1).member") }
        }
        try faults.check()
    }
}
