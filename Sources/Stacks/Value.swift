/// A value of the template after its functions have been evaluated.
struct Value: Sendable {
    struct Member: Sendable {
        var name: String
        var line: Int
        var value: Value
    }

    indirect enum Content: Sendable {
        case scalar(Scalar)
        case list([Value])
        case map([Member])
        /// `AWS::NoValue`: as if the property were not there.
        case absent
        /// Could not be evaluated. The error has been reported, so whoever meets this keeps quiet.
        case unknown
    }

    var content: Content
    var line: Int

    init(_ content: Content, line: Int) {
        self.content = content
        self.line = line
    }

    static func text(_ text: String, line: Int) -> Value {
        Value(.scalar(Scalar(text)), line: line)
    }

    var text: String? {
        if case .scalar(let scalar) = content { scalar.text } else { nil }
    }

    var items: [Value]? {
        if case .list(let items) = content { items } else { nil }
    }

    var members: [Member]? {
        if case .map(let members) = content { members } else { nil }
    }

    var isAbsent: Bool {
        if case .absent = content { true } else { false }
    }

    var isUnknown: Bool {
        if case .unknown = content { true } else { false }
    }

    /// Whether any part of this could not be evaluated.
    var containsUnknown: Bool {
        switch content {
        case .unknown: true
        case .scalar, .absent: false
        case .list(let items): items.contains { $0.containsUnknown }
        case .map(let members): members.contains { $0.value.containsUnknown }
        }
    }

    /// Words for messages: what stands here.
    var kindName: String {
        switch content {
        case .scalar(let scalar): scalar.kind.name
        case .list: "a list"
        case .map: "a mapping"
        case .absent, .unknown: "nothing"
        }
    }
}
