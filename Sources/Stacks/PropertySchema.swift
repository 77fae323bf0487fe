/// What a property may hold. The local types are described with these, as data.
indirect enum ValueShape: Sendable {
    /// Any single value; CloudFormation turns numbers and booleans into text.
    case text
    /// A text with rules.
    case name(NameRule)
    case choice([String])
    case integer(ClosedRange<Int>)
    case boolean
    case list(of: ValueShape, count: ClosedRange<Int>)
    case object(ObjectSchema)
    /// Names with single values, as in a function's environment.
    case textMap
    /// A single value or an object, as in a function's code.
    case textOr(ObjectSchema)
    /// Accepted as it is, because it does not change what happens here: tags, keys, network.
    case anything
}

/// The rule for a physical name.
struct NameRule: Sendable {
    var lengths: ClosedRange<Int>
    /// Characters besides ASCII letters and digits.
    var punctuation: String

    func problem(with text: String) -> String? {
        let allowed = Set(punctuation.utf8)
        guard text.utf8.allSatisfy({ $0.isLetterOrDigit || allowed.contains($0) }), lengths.contains(text.utf8.count)
        else {
            let signs = punctuation.map { "\"\($0)\"" }.joined(separator: ", ")
            return "must have \(lengths.lowerBound) to \(lengths.upperBound) characters, all letters, digits or"
                + " \(signs); it is \"\(text)\""
        }
        return nil
    }
}

struct PropertySchema: Sendable {
    var name: String
    var shape: ValueShape
    var isRequired = false
    /// Set for what AWS has and Sluice has not (yet): what to do instead. Ignoring it would change behaviour silently.
    var refusal: String?

    static func required(_ name: String, _ shape: ValueShape) -> PropertySchema {
        PropertySchema(name: name, shape: shape, isRequired: true)
    }

    static func optional(_ name: String, _ shape: ValueShape) -> PropertySchema {
        PropertySchema(name: name, shape: shape)
    }

    static func accepted(_ name: String) -> PropertySchema {
        PropertySchema(name: name, shape: .anything)
    }

    static func refused(_ name: String, _ remedy: String) -> PropertySchema {
        PropertySchema(name: name, shape: .anything, refusal: remedy)
    }
}

struct ObjectSchema: Sendable {
    /// As messages name it: `AWS::SQS::Queue`, `DeadLetterConfig`.
    var name: String
    var properties: [PropertySchema]

    init(_ name: String, _ properties: [PropertySchema]) {
        self.name = name
        self.properties = properties
    }

    /// The schema of a local resource type; nil for types that do not run here.
    static func ofType(_ type: String) -> ObjectSchema? {
        switch type {
        case "AWS::DynamoDB::Table": .table
        case "AWS::Lambda::Function": .function
        case "AWS::Pipes::Pipe": .pipe
        case "AWS::SQS::Queue": .queue
        case "AWS::CloudWatch::Alarm": .alarm
        case "AWS::CloudWatch::Dashboard": .dashboard
        case "AWS::Logs::LogGroup": .logGroup
        default: nil
        }
    }
}

/// What to write when a property must apply on AWS but cannot here.
let conditionRemedy = "remove it, or leave it out here with Fn::If and AWS::NoValue"
