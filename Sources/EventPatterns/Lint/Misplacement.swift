/// How to repair a rule whose name leads nowhere: where its field probably was meant to stand.
struct Misplacement {
    private let rule: PatternOutline.Rule
    private let shape: StreamShape

    init(_ rule: PatternOutline.Rule, _ shape: StreamShape) {
        self.rule = rule
        self.shape = shape
    }

    /// What other services put around a record or its change: SQS, event buses, Kinesis, and what a function receives.
    private static let wrappers: Set<Text> = ["body", "detail", "data", "Records"]

    /// - Parameter nearest: the known name that the unknown one is nearly.
    func remedy(nearest: Text?) -> String {
        let name = rule.parts
        if let wrapper = wrapper(name) {
            return "take \(wrapper) away around it, because a pipe sees the record itself"
        }
        if StreamField.dynamodbFields[name[0]] != nil {
            return "write it below dynamodb, as \(path(["dynamodb"] + name))"
        }
        if name[0] == "dynamodb", name.count > 1, StreamField.recordFields[name[1]] != nil {
            return "write it outside dynamodb, as \(path(name.dropFirst()))"
        }
        if let nearest { return "write \(nearest)" }
        if name[0] == "userIdentity" { return "write type or principalId, which is all that it holds" }
        guard let attribute = attribute(name[0] == "dynamodb" ? Array(name.dropFirst()) : name) else {
            return "write attributes below \(path(["dynamodb", image])), each with its type"
        }
        return "write \(path(["dynamodb", image] + attribute)), where an item's attributes stand"
    }

    /// The names around what could stand at the record's top, if there is any.
    private func wrapper(_ name: [Text]) -> String? {
        guard StreamField.recordFields[name[0]] == nil else { return nil }
        for start in name.indices.dropFirst() {
            let rest = Array(name[start...])
            let isRecord = rest.count > 1 && rest[0] == "dynamodb" || !StreamField.find(rest, shape).hasUnknownName
            if isRecord { return name[..<start].map(\.description).joined(separator: ".") }
        }
        guard name.count > 1, Self.wrappers.contains(name[0]), !Descriptor.isOne(name[1]) else { return nil }
        return name[0].description
    }

    private var image: Text { shape.viewType == .oldImage ? "OldImage" : "NewImage" }

    /// An attribute's name, down to its type, that was probably meant; nil when that is hard to say.
    ///
    /// - Parameter name: from the attribute's name on.
    func attribute(_ name: [Text]) -> [Text]? {
        let type = shape.keyType(name[0]).map { Text($0.rawValue) } ?? rule.typeOfValues
        let meant = name.last.flatMap { Descriptor.meant(by: $0) }
        let candidates = [
            name, meant.map { name.dropLast() + [$0] } ?? [], name + [type], Self.nested(name) + [type],
            Self.nested(name.dropLast()) + name.suffix(1),
        ]
        return candidates.first { $0.count > 1 && Descriptor.isPlain($0) }
    }

    /// Names of maps within each other; none when types stand between them already.
    private static func nested(_ names: [Text]) -> [Text] {
        guard !names.contains(where: Descriptor.containers.contains) else { return [] }
        return Array(names.map { [$0] }.joined(separator: ["M"]))
    }

    private func path(_ parts: some Sequence<Text>) -> String {
        "$" + parts.map { Place.step($0.description) }.joined()
    }
}

extension StreamField {
    fileprivate var hasUnknownName: Bool {
        switch self {
        case .nothing(.unknownName), .nothing(.belowValue): true
        default: false
        }
    }
}

extension PatternOutline.Rule {
    /// The descriptor that the alternatives seem to be meant for.
    var typeOfValues: Text {
        switch tests.first {
        case .bool: "BOOL"
        case .number, .numeric, .anythingButNumbers: "N"
        case .null: "NULL"
        default: "S"
        }
    }
}
