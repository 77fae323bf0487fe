/// Something in a pattern that does not do, on a DynamoDB stream, what it seems to say.
public struct PatternFinding: Sendable, Hashable, CustomStringConvertible {
    /// What the part of the pattern at `path` does to records.
    public enum Effect: String, Sendable, Hashable {
        /// It lets no record through, by itself or with what stands beside it.
        case neverMatches
        /// It holds for every record: without it the pattern matches the same.
        case alwaysHolds
        /// It holds for every value the field can have: `{"exists": true}` in its place matches the same.
        case holdsForAnyValue
        /// It works, but probably not as it was meant.
        case suspicious
    }

    /// The kind of finding. More may come, so a `switch` over codes needs a default.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        public let description: String
        private init(_ name: String) { description = name }

        /// `numeric` on a field whose values are strings, such as a DynamoDB number.
        public static let numericOnString = Code("numericOnString")
        /// A JSON number where records hold a string, alone or in `anything-but`.
        public static let numberOnString = Code("numberOnString")
        /// A value of a type that the field never has.
        public static let valueOfOtherType = Code("valueOfOtherType")
        /// Text at `N` that is no number in DynamoDB's own writing, or text at `B` that is no Base64.
        public static let notCanonical = Code("notCanonical")
        /// A value that is none of the few which the field has, such as an event name.
        public static let unknownValue = Code("unknownValue")
        /// `exists` or values on an object, which has none of its own.
        public static let objectNotValue = Code("objectNotValue")
        /// An operator that stands where a field's name does, because no array is around it.
        public static let operatorOutsideArray = Code("operatorOutsideArray")
        /// A field that is not part of a stream's records, or not at this place.
        public static let unknownField = Code("unknownField")
        /// An attribute whose value is sought without, or with a wrong, type descriptor.
        public static let missingType = Code("missingType")
        /// Fields nested below an attribute without `M`: an attribute with dots in its name.
        public static let dottedAttribute = Code("dottedAttribute")
        /// Levels written as one name with dots, which works and is not documented.
        public static let dottedPath = Code("dottedPath")
        /// An attribute in `Keys` that is no key of the table, or a key sought with a type that it, or any, has not.
        public static let notAKey = Code("notAKey")
        /// An image that the stream's view type leaves out.
        public static let imageNotInStream = Code("imageNotInStream")
        /// An image or value that the records passing the fields beside it do not have.
        public static let excludedByOtherFields = Code("excludedByOtherFields")
        /// Two types of one attribute, both required.
        public static let twoTypes = Code("twoTypes")
        /// `exists` on what every record has.
        public static let alwaysPresent = Code("alwaysPresent")
        /// `anything-but` with every value that the field has.
        public static let excludesEverything = Code("excludesEverything")
        /// A plain string with `*`, or one that looks like a regular expression: it stands for its own characters only.
        public static let ordinaryStar = Code("ordinaryStar")
        /// White space at the end of an operand, where it is compared like any character.
        public static let whiteSpaceAtEnd = Code("whiteSpaceAtEnd")
        /// An operand that no e-mail address fits.
        public static let notAnAddress = Code("notAnAddress")
        /// An alternative that a wider one beside it makes useless.
        public static let redundantAlternative = Code("redundantAlternative")
        /// Alternatives that together accept every value.
        public static let acceptsEverything = Code("acceptsEverything")
        /// A field named twice, of which one is lost, or which some readers of JSON lose.
        public static let duplicateField = Code("duplicateField")
        /// A field in `$or` and beside it: one replaces the other.
        public static let replacedByOr = Code("replacedByOr")
        /// A fixed `eventVersion`, which AWS raises at will.
        public static let fixedVersion = Code("fixedVersion")
        /// Every way through the pattern holds something that never matches: what follows from the other findings.
        public static let patternNeverMatches = Code("patternNeverMatches")
    }

    public var code: Code
    public var effect: Effect
    /// What is wrong, and where (JSON path and byte offset): the beginning of a sentence. Of the whole pattern it says
    /// what follows, without a place.
    public var problem: String
    /// How to repair it: the rest of the sentence from its verb, without a full stop. Nil for the whole pattern.
    public var remedy: String?
    /// The JSON path of what is meant, such as `$.dynamodb.NewImage.amount.N[0]`; `$` for the whole pattern.
    public var path: String
    /// Where in the pattern's UTF-8 text it stands, in bytes.
    public var offset: Int

    /// One sentence: the problem, and the remedy where there is one.
    public var message: String { remedy.map { "\(problem); \($0)." } ?? "\(problem)." }

    public var description: String { message }

    init(_ code: Code, _ effect: Effect, _ what: String, at path: String, _ offset: Int, _ remedy: String) {
        self.init(
            code: code, effect: effect, problem: "\(what) at \(path) (byte \(offset))", remedy: remedy, path: path,
            offset: offset)
    }

    /// What follows for the whole pattern when no way through it is left.
    static func patternNeverMatches(_ offset: Int) -> PatternFinding {
        PatternFinding(
            code: .patternNeverMatches, effect: .neverMatches,
            problem: "So no record of the stream matches this filter", remedy: nil, path: "$", offset: offset)
    }

    private init(code: Code, effect: Effect, problem: String, remedy: String?, path: String, offset: Int) {
        self.code = code
        self.effect = effect
        self.problem = problem
        self.remedy = remedy
        self.path = path
        self.offset = offset
    }
}
