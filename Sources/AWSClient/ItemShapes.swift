import Items

// Writes as DynamoDB's JSON has them, alike in a request of their own and in a transaction.

extension ItemWrite {
    var body: JSONMembers {
        switch self {
        case .put(let put): put.body
        case .update(let update): update.body
        case .delete(let delete): delete.body
        case .conditionCheck(let check): check.body
        }
    }

    var memberName: String {
        switch self {
        case .put: "Put"
        case .update: "Update"
        case .delete: "Delete"
        case .conditionCheck: "ConditionCheck"
        }
    }
}

extension ItemWrite.Condition {
    func add(to body: inout JSONMembers) {
        body.add("ConditionExpression", expression)
        body.add("ExpressionAttributeNames", names)
        body.add("ExpressionAttributeValues", values)
        if returnsItemOnFailure { body.add("ReturnValuesOnConditionCheckFailure", "ALL_OLD") }
    }
}

extension ItemWrite.Put {
    var body: JSONMembers {
        var body = JSONMembers()
        body.add("TableName", tableName)
        body.add("Item", item)
        condition.add(to: &body)
        return body
    }
}

extension ItemWrite.Update {
    var body: JSONMembers {
        var body = JSONMembers()
        body.add("TableName", tableName)
        body.add("Key", key)
        body.add("UpdateExpression", expression)
        condition.add(to: &body)
        return body
    }
}

extension ItemWrite.Delete {
    var body: JSONMembers {
        var body = JSONMembers()
        body.add("TableName", tableName)
        body.add("Key", key)
        condition.add(to: &body)
        return body
    }
}

extension ItemWrite.ConditionCheck {
    var body: JSONMembers {
        var body = JSONMembers()
        body.add("TableName", tableName)
        body.add("Key", key)
        condition.add(to: &body)
        return body
    }
}

extension Query {
    var body: JSONMembers {
        var body = JSONMembers()
        body.add("TableName", tableName)
        body.add("IndexName", indexName)
        body.add("KeyConditionExpression", keyCondition)
        body.add("FilterExpression", filter)
        body.add("ProjectionExpression", projection)
        body.add("ExpressionAttributeNames", names)
        body.add("ExpressionAttributeValues", values)
        body.add("Limit", limit)
        body.add("ScanIndexForward", isAscending ? nil : false)
        body.add("ConsistentRead", isConsistent ? true : nil)
        body.add("ExclusiveStartKey", exclusiveStartKey)
        return body
    }
}
