import Items

/// The parameters that were there before expressions, which name attributes.
enum LegacyParameters {
    /// Most attributes that one of them names. Ours: an item has room for 143,000, with names of three bytes, so an
    /// update may take away as many and set as many others. A body has room for 1.5 million, which take 400 MB.
    static let attributesMax = 300_000
}

/// `Expected`, `KeyConditions`, `QueryFilter` or `ScanFilter`, as it came.
struct LegacyConditions {
    var byAttribute: LegacyEntries<LegacyCondition> = [:]
    /// What is wrong with the first of its values that DynamoDB refuses: each parameter has its turn.
    var refusal: ItemError?

    /// Checks them against AWS's model.
    func check(_ faults: inout ConstraintFaults, at path: String, needsOperator: Bool) {
        for (attribute, condition) in byAttribute.all {
            let name = condition.comparisonOperator
            if needsOperator {
                faults.require(name != nil, at: "\(path).\(attribute).member.comparisonOperator")
            }
            faults.check(
                name, isOneOf: LegacyCondition.comparisonOperators,
                at: "\(path).\(attribute).member.comparisonOperator")
        }
    }
}

/// `AttributeUpdates`, as it came.
struct LegacyUpdates {
    var byAttribute: LegacyEntries<LegacyUpdate> = [:]
    var refusal: ItemError?
}

extension JSONReader {
    /// Conditions by attribute: `Expected`, `KeyConditions`, `QueryFilter` and `ScanFilter`.
    /// - Parameter type: AWS's name of one, "ExpectedAttributeValue" or "Condition".
    mutating func legacyConditions(_ type: StaticString) throws(ItemError) -> LegacyConditions {
        let outside = noteRefusalsAnew()
        var given: [(key: String, value: LegacyCondition)] = []
        try map(of: "com.amazonaws.dynamodb.v20120810.\(type)", atMost: LegacyParameters.attributesMax) {
            reader, attribute throws(ItemError) in
            var condition = LegacyCondition()
            try reader.element(type) { reader, member throws(ItemError) in
                switch member {
                case "Value": condition.value = try reader.attributeValue(in: .member)
                case "Exists": condition.exists = try reader.bool()
                case "ComparisonOperator": condition.comparisonOperator = try reader.string()
                case "AttributeValueList": condition.attributeValueList = try reader.attributeValues()
                default: try reader.skipValue()
                }
            }
            given.append((attribute, condition))
        }
        return LegacyConditions(byAttribute: LegacyEntries(given), refusal: resumeRefusals(outside))
    }

    /// `AttributeUpdates`.
    mutating func legacyUpdates() throws(ItemError) -> LegacyUpdates {
        let outside = noteRefusalsAnew()
        var given: [(key: String, value: LegacyUpdate)] = []
        try map(
            of: "com.amazonaws.dynamodb.v20120810.AttributeValueUpdate", atMost: LegacyParameters.attributesMax
        ) { reader, attribute throws(ItemError) in
            var update = LegacyUpdate(value: nil)
            try reader.element("AttributeValueUpdate") { reader, member throws(ItemError) in
                switch member {
                case "Value": update.value = try reader.attributeValue(in: .member)
                case "Action": update.action = try reader.string()
                default: try reader.skipValue()
                }
            }
            given.append((attribute, update))
        }
        return LegacyUpdates(byAttribute: LegacyEntries(given), refusal: resumeRefusals(outside))
    }
}
