/// What a field's name, split at its dots, leads to in a stream's records.
enum StreamField {
    /// Every record has a value here.
    case record(ValueDomain)
    case eventName
    case viewType
    /// What only some records have: those of items that DynamoDB itself removed.
    case userIdentity
    /// A key's value; certain when the table's keys are known.
    case key(ValueDomain, isCertain: Bool)
    /// An attribute's value in an image; certain, in records with the image, when it is a key's.
    case image(Image, ValueDomain, isCertain: Bool)
    /// No record ever has a value here.
    case nothing(Absence)

    /// Why no record has a value at a field.
    enum Absence {
        /// There is an object; its fields have the values.
        case object
        case unknownName(Text, nearest: Text?)
        /// A field is named below a value, which has none.
        case belowValue(Text)
        /// An attribute stands without its type; the nearest type, if something like one was written.
        case missingType(nearest: Text?)
        case notAKey(Text, nearest: Text?)
        case otherKeyType(String)
        /// A type that no table's key has.
        case typeOfNoKey(Text)
    }

    /// The values in records that have one.
    func domain(_ shape: StreamShape) -> ValueDomain? {
        switch self {
        case .record(let domain), .key(let domain, _), .image(_, let domain, _): domain
        case .userIdentity: .text
        case .eventName: .oneOf(RecordKind.EventName.allCases.map { Text($0.rawValue) })
        case .viewType:
            .oneOf((shape.viewType.map { [$0] } ?? StreamShape.ViewType.allCases).map { Text($0.rawValue) })
        case .nothing: nil
        }
    }

    /// The values in records of a kind; nil when these never have one.
    func domain(_ kind: RecordKind, _ shape: StreamShape) -> ValueDomain? {
        switch self {
        case .eventName: .oneOf([Text(kind.eventName.rawValue)])
        case .viewType: .oneOf([Text(kind.viewType.rawValue)])
        case .image(let image, let domain, _): kind.has(image) ? domain : nil
        default: domain(shape)
        }
    }

    /// Whether a record of a kind may be without a value here.
    func canBeAbsent(_ kind: RecordKind) -> Bool {
        switch self {
        case .record, .eventName, .viewType: false
        case .key(_, let isCertain): !isCertain
        case .image(let image, _, let isCertain): !isCertain || !kind.has(image)
        case .userIdentity, .nothing: true
        }
    }
}

extension StreamField {
    static let recordFields: [Text: StreamField] = [
        "eventID": .record(.text), "eventName": .eventName, "eventVersion": .record(.text),
        "eventSource": .record(.oneOf(["aws:dynamodb"])), "awsRegion": .record(.text), "dynamodb": .nothing(.object),
        "eventSourceARN": .record(.text), "userIdentity": .nothing(.object),
    ]
    static let dynamodbFields: [Text: StreamField] = [
        "ApproximateCreationDateTime": .record(.number), "Keys": .nothing(.object), "NewImage": .nothing(.object),
        "OldImage": .nothing(.object), "SequenceNumber": .record(.text), "SizeBytes": .record(.number),
        "StreamViewType": .viewType,
    ]
    static let userIdentityFields: [Text: StreamField] = [
        "type": .userIdentity, "principalId": .userIdentity,
    ]

    /// - Parameter name: the field's full name, split at every dot.
    static func find(_ name: [Text], _ shape: StreamShape) -> StreamField {
        switch (name[0], name.count) {
        case ("dynamodb", 2...):
            let rest = Array(name.dropFirst(2))
            switch name[1] {
            case "Keys" where !rest.isEmpty: return key(rest, shape)
            case "NewImage" where !rest.isEmpty: return attribute(rest, of: .new, shape)
            case "OldImage" where !rest.isEmpty: return attribute(rest, of: .old, shape)
            default: return member(name.dropFirst(), of: dynamodbFields)
            }
        case ("userIdentity", 2...): return member(name.dropFirst(), of: userIdentityFields)
        default: return member(name[...], of: recordFields)
        }
    }

    private static func member(_ name: ArraySlice<Text>, of fields: [Text: StreamField]) -> StreamField {
        guard let first = name.first, let field = fields[first] else {
            return .nothing(.unknownName(name.first ?? "", nearest: name.first?.nearest(among: fields.keys)))
        }
        return name.count == 1 ? field : .nothing(.belowValue(first))
    }

    /// - Parameter name: from the key's name on.
    private static func key(_ name: [Text], _ shape: StreamShape) -> StreamField {
        guard let keys = shape.keys else {
            if let type = name.dropFirst().last, Descriptor.isOne(type), !Descriptor.ofKeys.contains(type) {
                return .nothing(.typeOfNoKey(type))
            }
            return attributeValue(name) { .key($0, isCertain: false) }
        }
        // A key's own name may hold dots; what follows it is its type.
        let names = keys.map { Text($0.name) }
        guard let type = name.last, name.count > 1 else {
            return names.contains(name[0])
                ? .nothing(.missingType(nearest: nil))
                : .nothing(.notAKey(name[0], nearest: name[0].nearest(among: names)))
        }
        let attribute = Text(name.dropLast().map(\.bytes).joined(separator: [UInt8(ascii: ".")]))
        guard let keyType = shape.keyType(attribute) else {
            // The name before the first dot is the one that was probably meant.
            return names.contains(name[0])
                ? .nothing(.missingType(nearest: nil))
                : .nothing(.notAKey(attribute, nearest: attribute.nearest(among: names)))
        }
        guard type == Text(keyType.rawValue), let domain = Descriptor.domains[type] else {
            return .nothing(.otherKeyType(keyType.rawValue))
        }
        return .key(domain, isCertain: true)
    }

    /// - Parameter name: from the attribute's name on.
    private static func attribute(_ name: [Text], of image: Image, _ shape: StreamShape) -> StreamField {
        guard name.count == 2, let keyType = shape.keyType(name[0]) else {
            return attributeValue(name) { .image(image, $0, isCertain: false) }
        }
        guard name[1] == Text(keyType.rawValue) else { return .nothing(.otherKeyType(keyType.rawValue)) }
        return attributeValue(name) { .image(image, $0, isCertain: true) }
    }

    /// A value lies below its type, and the type below a name, whatever stands before: an attribute's name may hold dots.
    private static func attributeValue(_ name: [Text], _ field: (ValueDomain) -> StreamField) -> StreamField {
        let last = name[name.count - 1]
        guard name.count > 1 else { return .nothing(.missingType(nearest: nil)) }
        guard let domain = Descriptor.domains[last] else {
            if Descriptor.containers.contains(last) { return .nothing(.object) }
            return .nothing(.missingType(nearest: Descriptor.meant(by: last)))
        }
        return field(domain)
    }
}
