import Items

/// One action of a TransactWriteItems request as it came: `Put`, `Update`, `Delete` or `ConditionCheck`.
struct TransactAction {
    enum Kind: String {
        case conditionCheck
        case delete
        case put
        case update
    }

    private let kind: Kind
    private var tableName: String?
    private var item: Item?
    private var key: Item?
    private var conditionExpression: String?
    private var updateExpression: String?
    private var onConditionFailure: String?
    private var expressions = ExpressionParameters()

    /// All actions of one element of `TransactItems`; AWS wants exactly one. One that is given twice is the last of them.
    static func all(_ reader: inout JSONReader) throws(ItemError) -> [TransactAction] {
        var actions: [TransactAction] = []
        try reader.element("TransactWriteItem") { reader, member throws(ItemError) in
            let action: TransactAction
            switch member {
            case "ConditionCheck": action = try Self.action(.conditionCheck, "ConditionCheck", &reader)
            case "Delete": action = try Self.action(.delete, "Delete", &reader)
            case "Put": action = try Self.action(.put, "Put", &reader)
            case "Update": action = try Self.action(.update, "Update", &reader)
            default: return try reader.skipValue()
            }
            actions.removeAll { $0.kind == action.kind }
            actions.append(action)
        }
        return actions
    }

    private static func action(
        _ kind: Kind, _ type: StaticString, _ reader: inout JSONReader
    ) throws(ItemError) -> TransactAction {
        var action = TransactAction(kind)
        try reader.object(type) { reader, member throws(ItemError) in try action.read(member, &reader) }
        return action
    }

    private init(_ kind: Kind) { self.kind = kind }

    private mutating func read(_ member: JSONName, _ reader: inout JSONReader) throws(ItemError) {
        switch member {
        case "TableName": tableName = TableReference.name(try reader.string())
        case "Item": item = try reader.item()
        case "Key": key = try reader.item()
        case "ConditionExpression": conditionExpression = try reader.string()
        case "UpdateExpression": updateExpression = try reader.string()
        case "ReturnValuesOnConditionCheckFailure": onConditionFailure = try reader.string()
        default:
            if try expressions.read(member, &reader) { return }
            try reader.skipValue()
        }
    }

    /// Checks it against AWS's model.
    func check(_ faults: inout ConstraintFaults, at parent: @autoclosure () -> String) {
        func path(_ member: String) -> String { "\(parent()).\(kind.rawValue).\(member)" }
        switch kind {
        case .put: faults.require(item != nil, at: path("item"))
        case .delete: faults.require(key != nil, at: path("key"))
        case .update:
            faults.require(key != nil, at: path("key"))
            faults.require(updateExpression != nil, at: path("updateExpression"))
        case .conditionCheck:
            faults.require(key != nil, at: path("key"))
            faults.require(conditionExpression != nil, at: path("conditionExpression"))
        }
        faults.checkName(tableName, isRequired: true, at: path("tableName"))
        faults.check(
            onConditionFailure, isOneOf: WriteParameters.onConditionFailureNames,
            at: path("returnValuesOnConditionCheckFailure"))
    }

    /// The action with its expressions parsed.
    func checked(_ refusals: JSONReader.Refusals) throws(ItemError) -> TransactWriteItemsRequest.Action {
        var given: [ExpressionParameters.Given] = [("ConditionExpression", conditionExpression != nil)]
        if kind == .update { given.insert(("UpdateExpression", updateExpression != nil), at: 0) }
        try expressions.checkUse(given, legacy: [])
        var placeholders = try expressions.placeholders(refusals)
        let change: TransactWriteItemsRequest.Action.Change
        switch kind {
        case .put: change = .put(item ?? Item())
        case .delete: change = .delete(key: key ?? Item())
        case .conditionCheck: change = .check(key: key ?? Item())
        case .update:
            change = .update(
                key: key ?? Item(), try UpdateExpression(updateExpression ?? "", placeholders: &placeholders))
        }
        var condition: ConditionExpression?
        if let conditionExpression {
            condition = try ConditionExpression(conditionExpression, placeholders: &placeholders)
        }
        try placeholders.checkAllUsed()
        return TransactWriteItemsRequest.Action(
            tableName: tableName ?? "", change: change, condition: condition,
            returnsItemOnFailure: onConditionFailure == "ALL_OLD")
    }

    /// Adds all it asks for, in one form however the client wrote it.
    func add(to digest: inout RequestDigest) {
        digest.add(kind.rawValue)
        digest.add(tableName ?? "")
        digest.add((item ?? key ?? Item()).json)
        digest.add(conditionExpression ?? "")
        digest.add(updateExpression ?? "")
        digest.add(onConditionFailure ?? "")
        for (name, text) in (expressions.names ?? [:]).sorted(by: { $0.key < $1.key }) {
            digest.add(name)
            digest.add(text)
        }
        digest.add(Item(expressions.values ?? [:]).json)
    }
}
