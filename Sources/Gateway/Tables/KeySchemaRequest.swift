import Items

/// `AttributeDefinitions` of a request.
struct AttributeDefinitions {
    let names: [String]
    private let types: [String: KeySchema.ScalarType]

    /// - Throws: a ValidationException when a name is defined twice.
    init(_ definitions: [RequestValue]) throws(ServiceError) {
        var names: [String] = []
        var types: [String: KeySchema.ScalarType] = [:]
        for definition in definitions {
            guard let name = definition["AttributeName"]?.text,
                let type = definition["AttributeType"]?.text.flatMap(KeySchema.ScalarType.init)
            else { continue }
            guard types.updateValue(type, forKey: name) == nil else {
                throw .validation("Attribute Name is duplicated: \(name)")
            }
            names.append(name)
        }
        self.names = names
        self.types = types
    }

    subscript(_ name: String) -> KeySchema.ScalarType? { types[name] }

    /// As AWS's messages list names.
    var shown: String { "[\(names.joined(separator: ", "))]" }
}

/// `KeySchema` of a request, of a table or of an index.
struct KeySchemaRequest {
    private struct Element {
        let name: String
        let type: String
    }

    private let elements: [Element]

    init(_ elements: [RequestValue]) {
        self.elements = elements.map {
            Element(name: $0["AttributeName"]?.text ?? "", type: $0["KeyType"]?.text ?? "")
        }
    }

    var names: [String] { elements.map(\.name) }
    var hasRangeKey: Bool { elements.count == 2 }

    /// - Throws: a ValidationException in the words that AWS has for a table's keys.
    func checkTable(_ definitions: AttributeDefinitions) throws(ServiceError) {
        if hasRangeKey {
            let isDefined = names.allSatisfy { definitions[$0] != nil }
            guard isDefined, names[0] != names[1] || definitions.names.count > 1 else {
                throw .validation("Invalid KeySchema: Some index key attribute have no definition")
            }
        } else {
            try checkDefined(definitions)
        }
        try checkOrder()
    }

    /// - Throws: a ValidationException in the words that AWS has for an index's keys.
    func checkIndex(_ definitions: AttributeDefinitions) throws(ServiceError) {
        try checkDefined(definitions)
        try checkOrder()
    }

    /// The keys, once they are checked.
    func keySchema(_ type: (String) -> KeySchema.ScalarType?) -> KeySchema {
        func attribute(_ element: Element) -> KeySchema.Attribute {
            guard let type = type(element.name) else { preconditionFailure("an unchecked key \(element.name)") }
            return KeySchema.Attribute(name: element.name, type: type)
        }
        return KeySchema(
            hashKey: attribute(elements[0]), rangeKey: hasRangeKey ? attribute(elements[1]) : nil)
    }

    private func checkDefined(_ definitions: AttributeDefinitions) throws(ServiceError) {
        guard !names.allSatisfy({ definitions[$0] != nil }) else { return }
        throw .invalidParameter(
            "Some index key attributes are not defined in AttributeDefinitions. "
                + "Keys: [\(names.joined(separator: ", "))], AttributeDefinitions: \(definitions.shown)")
    }

    private func checkOrder() throws(ServiceError) {
        if hasRangeKey, names[0] == names[1] {
            throw .validation("Both the Hash Key and the Range Key element in the KeySchema have the same name")
        }
        guard elements[0].type == "HASH" else {
            throw .validation("Invalid KeySchema: The first KeySchemaElement is not a HASH key type")
        }
        guard !hasRangeKey || elements[1].type == "RANGE" else {
            throw .validation("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type")
        }
    }
}
