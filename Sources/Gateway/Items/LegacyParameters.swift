import Items

extension JSONReader {
    /// Conditions by attribute: `Expected`, `KeyConditions`, `QueryFilter` and `ScanFilter`.
    /// - Parameter type: AWS's name of one, "ExpectedAttributeValue" or "Condition".
    mutating func legacyConditions(_ type: StaticString) throws(ItemError) -> [String: LegacyCondition] {
        var conditions: [String: LegacyCondition] = [:]
        try map(of: "com.amazonaws.dynamodb.v20120810.\(type)") { reader, attribute throws(ItemError) in
            var condition = LegacyCondition()
            try reader.element(type) { reader, member throws(ItemError) in
                switch member {
                case "Value": condition.value = try reader.attributeValue(in: .member)
                case "Exists": condition.exists = try reader.bool()
                case "ComparisonOperator": condition.comparisonOperator = try reader.string()
                case "AttributeValueList":
                    var values: [AttributeValue] = []
                    try reader.array { reader throws(ItemError) in
                        values.append(try reader.attributeValue(in: .element))
                    }
                    condition.attributeValueList = values
                default: try reader.skipValue()
                }
            }
            conditions[attribute] = condition
        }
        return conditions
    }

    /// `AttributeUpdates`.
    mutating func legacyUpdates() throws(ItemError) -> [String: LegacyUpdate] {
        var updates: [String: LegacyUpdate] = [:]
        try map(of: "com.amazonaws.dynamodb.v20120810.AttributeValueUpdate") { reader, attribute throws(ItemError) in
            var update = LegacyUpdate(value: nil)
            try reader.element("AttributeValueUpdate") { reader, member throws(ItemError) in
                switch member {
                case "Value": update.value = try reader.attributeValue(in: .member)
                case "Action": update.action = try reader.string()
                default: try reader.skipValue()
                }
            }
            updates[attribute] = update
        }
        return updates
    }
}
