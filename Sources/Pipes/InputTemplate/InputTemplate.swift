public import Clocks

/// An `InputTemplate` of a pipe: what becomes of each record before it goes to the enrichment or the target.
///
/// A template that is JSON, with variables as values or inside strings, gives JSON; any other one gives a JSON string.
///
/// ```swift
/// let template = try InputTemplate(#"{"order":<$.dynamodb.Keys.id.S>,"by":"<aws.pipes.pipe-name>"}"#)
/// let element = template.apply(to: record, variables)
/// ```
///
/// Source: AWS, "Amazon EventBridge Pipes input transformation".
public struct InputTemplate: Sendable {
    /// Most characters of a template. Source: AWS API reference, `InputTemplate` of Pipes: 0 to 8,192.
    public static let charactersMax = 8_192
    /// Most levels of objects and arrays in a template. Ours: the parser recurses, AWS names no limit.
    public static let depthMax = 100

    indirect enum Node: Sendable {
        /// JSON without variables.
        case fixed([UInt8])
        /// Fields with their names, quotes and all.
        case object([(name: [UInt8], value: Node)])
        case array([Node])
        /// A string, or a template that is no JSON.
        case string([Part])
        case variable(TemplateVariable)
    }

    /// A part of a string.
    enum Part: Sendable {
        /// With JSON's escapes.
        case text([UInt8])
        case variable(TemplateVariable)
    }

    /// The values of the reserved variables.
    public struct Variables: Sendable {
        public var pipeARN: String
        public var pipeName: String
        public var sourceARN: String
        /// Nil when the pipe has no enrichment: the variable is left out.
        public var enrichmentARN: String?
        public var targetARN: String?
        /// ISO 8601, UTC, with milliseconds.
        let ingestionTime: String

        /// - Parameter ingestionTime: when the template got the records.
        public init(
            pipeARN: String, pipeName: String, sourceARN: String, enrichmentARN: String? = nil,
            targetARN: String? = nil, ingestionTime: Timestamp
        ) {
            self.pipeARN = pipeARN
            self.pipeName = pipeName
            self.sourceARN = sourceARN
            self.enrichmentARN = enrichmentARN
            self.targetARN = targetARN
            self.ingestionTime = ingestionTime.text(milliseconds: true)
        }
    }

    let root: Node

    /// - Throws: ``InputTemplateError`` for a template that is empty or too long, has a variable that there is not, or
    ///   begins like an object and is none.
    public init(_ text: String) throws(InputTemplateError) {
        root = try InputTemplateParser.parse(text)
    }

    /// The template filled in for one record.
    ///
    /// A path that leads nowhere leaves its variable out; where that is a whole value, the field or element goes with it.
    /// Cost: reads the record once for each path, up to where it leads.
    ///
    /// - Parameter record: JSON. Paths into a record that is none lead nowhere.
    /// - Returns: JSON; an empty string when nothing is left of the template.
    public func apply(to record: [UInt8], _ variables: Variables) -> [UInt8] {
        apply(to: record, variables, bytesMax: .max)
    }

    /// The template filled in for one record, no further than it takes to know that the result is too long.
    ///
    /// - Parameter bytesMax: zero or more. A result that is longer lacks what comes behind the part that made it so; it
    ///   is JSON all the same.
    func apply(to record: [UInt8], _ variables: Variables, bytesMax: Int) -> [UInt8] {
        var rendering = TemplateRendering(record: record, variables: variables, bytesMax: bytesMax)
        return rendering.append(root) ? rendering.output : Array(#""""#.utf8)
    }
}

/// Why a text is no input template.
public struct InputTemplateError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One sentence: what is wrong, where, and the remedy.
    public let description: String
    /// Which character of the template is to blame, from 1; nil when none is.
    public let character: Int?
}
