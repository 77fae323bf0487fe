/// One attribute's entry in the legacy parameter `AttributeUpdates`.
public struct LegacyUpdate: Sendable, Hashable {
    public var value: AttributeValue?
    /// "PUT" (the default), "ADD" or "DELETE".
    public var action: String?

    public init(value: AttributeValue?, action: String? = nil) {
        self.value = value
        self.action = action
    }
}

extension UpdateExpression {
    /// The legacy parameter `AttributeUpdates`. What it adds that expressions cannot say: `ADD` of a list appends.
    /// - Throws: `.validation` with DynamoDB's message.
    public init(attributeUpdates: LegacyEntries<LegacyUpdate>) throws(ItemError) {
        isLegacy = true
        for (attribute, update) in attributeUpdates.all {
            try Item.check(name: attribute)
            let path = DocumentPath(root: attribute)
            guard let value = update.value?.canonical else {
                guard update.action == "DELETE" else {
                    throw .invalidParameter("Only DELETE action is allowed when no attribute value is specified")
                }
                removals.append(path)
                continue
            }
            switch update.action ?? "PUT" {
            case "PUT": sets.append((path, .value(value)))
            case "ADD":
                switch value {
                case .number, .list, .stringSet, .numberSet, .binarySet: additions.append((path, value))
                default:
                    throw .invalidParameter("ADD action is not supported for the type \(value.typeName)")
                }
            case "DELETE":
                switch value {
                case .stringSet, .numberSet, .binarySet: deletions.append((path, value))
                default:
                    throw .invalidParameter("DELETE action with value is not supported for the type \(value.typeName)")
                }
            case let action:
                throw .validation(
                    "1 validation error detected: Value '\(action)' at 'attributeUpdates.\(attribute).member.action' "
                        + "failed to satisfy constraint: Member must satisfy enum value set: [ADD, DELETE, PUT]")
            }
        }
    }
}
