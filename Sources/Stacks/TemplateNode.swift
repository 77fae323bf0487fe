/// A value as the template's author wrote it: YAML with its lines, and intrinsic functions in one form, whether they
/// were written short (`!Ref X`) or long (`Ref: X`).
struct TemplateNode: Sendable {
    struct Member: Sendable {
        var name: String
        var line: Int
        var value: TemplateNode
    }

    indirect enum Content: Sendable {
        case scalar(Scalar)
        case sequence([TemplateNode])
        case mapping([Member])
        case call(Intrinsic, TemplateNode)
    }

    var content: Content
    /// The line where a reader looks for it: of the scalar itself, of a mapping's or list's name.
    var line: Int

    var text: String? {
        if case .scalar(let scalar) = content { scalar.text } else { nil }
    }

    var items: [TemplateNode]? {
        if case .sequence(let items) = content { items } else { nil }
    }

    var members: [Member]? {
        if case .mapping(let members) = content { members } else { nil }
    }

    /// Words for messages: what stands here.
    var kindName: String {
        switch content {
        case .scalar(let scalar): scalar.kind.name
        case .sequence: "a list"
        case .mapping: "a mapping"
        case .call(let function, _): function.rawValue
        }
    }
}

/// A single value with the type that YAML gave it. CloudFormation converts between them where that makes sense.
struct Scalar: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        case string, integer, number, boolean, null

        var name: String {
            switch self {
            case .string: "a string"
            case .integer: "an integer"
            case .number: "a number"
            case .boolean: "a boolean"
            case .null: "nothing"
            }
        }
    }

    var text: String
    var kind: Kind

    init(_ text: String, _ kind: Kind = .string) {
        self.text = text
        self.kind = kind
    }
}
