import EventPatterns
import Testing

/// What the lint says, word for word.
@Suite struct LintMessageTests {
    struct Message: Sendable, CustomTestStringConvertible {
        var pattern: String
        var messages: [String]
        var dialect = PatternDialect.pipes
        var stream = StreamShape.unknown

        var testDescription: String { pattern }

        init(_ pattern: String, _ messages: String...) {
            self.pattern = pattern
            self.messages = messages
        }

        /// A rule for an attribute that stands, with what is above it, at byte 25.
        static func newImage(_ attribute: String, _ messages: String...) -> Message {
            var result = Message(#"{"dynamodb":{"NewImage":{\#(attribute)}}}"#)
            result.messages = messages
            return result
        }

        func on(_ stream: StreamShape) -> Message {
            var result = self
            result.stream = stream
            return result
        }

        func by(_ dialect: PatternDialect) -> Message {
            var result = self
            result.dialect = dialect
            return result
        }
    }

    private func check(_ message: Message) throws {
        let found = try PatternLint.findings(in: message.pattern, stream: message.stream, dialect: message.dialect)
        #expect(found.map(\.message) == message.messages)
    }

    private static let never = "So no record of the stream matches this filter."

    static let misplaced: [Message] = [
        Message(
            #"{"NewImage":{"a":["x"]}}"#,
            "A stream's record has no field NewImage here, so nothing matches at $.NewImage.a (byte 13); write it below dynamodb, as $.dynamodb.NewImage.a.",
            never),
        Message(
            #"{"status":["pending"]}"#,
            "A stream's record has no field status here, so nothing matches at $.status (byte 1); write $.dynamodb.NewImage.status.S, where an item's attributes stand.",
            never),
        Message(
            #"{"status":["pending"]}"#,
            "A stream's record has no field status here, so nothing matches at $.status (byte 1); write $.dynamodb.OldImage.status.S, where an item's attributes stand.",
            never
        ).on(.orders(.oldImage)),
        Message(
            #"{"timestamp":["17"]}"#,
            "A stream's record has no field timestamp here, so nothing matches at $.timestamp (byte 1); write $.dynamodb.NewImage.timestamp.N, where an item's attributes stand.",
            never
        ).on(.orders),
        Message(
            #"{"dynamodb":{"status":{"S":["x"]}}}"#,
            "A stream's record has no field status here, so nothing matches at $.dynamodb.status.S (byte 23); write $.dynamodb.NewImage.status.S, where an item's attributes stand.",
            never),
        Message(
            #"{"address":{"city":[{"exists":false}]}}"#,
            "A stream's record has no field address here, so exists:false always holds at $.address.city (byte 12); write $.dynamodb.NewImage.address.M.city.S, where an item's attributes stand."
        ),
        Message(
            #"{"a":{"L":{"sku":["x"]}}}"#,
            "A stream's record has no field a here, so nothing matches at $.a.L.sku (byte 11); write attributes below $.dynamodb.NewImage, each with its type.",
            never),
        Message(
            #"{"dynamodb":{"eventName":["INSERT"]}}"#,
            "A stream's record has no field eventName here, so nothing matches at $.dynamodb.eventName (byte 13); write it outside dynamodb, as $.eventName.",
            never),
        Message(
            #"{"userIdentity":{"name":["x"]}}"#,
            "A stream's record has no field name here, so nothing matches at $.userIdentity.name (byte 17); write type or principalId, which is all that it holds.",
            never),
        Message(
            #"{"eventName":{"is":["INSERT"]}}"#,
            "eventName is a value and has no fields, so nothing matches at $.eventName.is (byte 14); write \"eventName\": [\"INSERT\"].",
            never),
        Message(
            #"{"data":["x"]}"#,
            "A stream's record has no field data here, so nothing matches at $.data (byte 1); write $.dynamodb.NewImage.data.S, where an item's attributes stand.",
            never),
        Message(
            #"{"eventname":["INSERT"]}"#,
            "A stream's record has no field eventname here, so nothing matches at $.eventname (byte 1); write eventName.",
            never),
    ]

    @Test(arguments: misplaced)
    func aFieldAtTheWrongPlaceIsNotToBeLeftOut(message: Message) throws { try check(message) }

    @Test(arguments: ["body", "detail", "data", "Records"])
    func whatIsAroundARecordElsewhereIsTakenAway(wrapper: String) throws {
        for inner in [
            #""dynamodb":{"NewImage":{"a":{"S":["x"]}}}"#, #""eventName":["INSERT"]"#, #""status":["x"]"#,
        ] {
            let found = try PatternLint.findings(in: #"{"\#(wrapper)":{\#(inner)}}"#, stream: .unknown)
            let message = try #require(found.first?.message)
            #expect(
                message.hasPrefix("A stream's record has no field \(wrapper) here, so nothing matches at $.\(wrapper).")
            )
            #expect(message.hasSuffix("; take \(wrapper) away around it, because a pipe sees the record itself."))
        }
    }

    static let operators: [Message] = [
        Message(
            #"{"eventName":{"prefix":["INS"]}}"#,
            "prefix stands outside an array and is read as a field, so nothing matches at $.eventName.prefix (byte 14); write \"eventName\": [{\"prefix\": \"INS\"}].",
            never),
        .newImage(
            #""amount":{"N":{"numeric":[">",100]}}"#,
            "numeric stands outside an array and is read as a field, so nothing matches at $.dynamodb.NewImage.amount.N.numeric (byte 40); write \"N\": [{\"numeric\": [\">\", 100]}].",
            never),
        .newImage(
            #""status":{"S":{"exists":[false]}}"#,
            "exists stands outside an array and is read as a field, so nothing matches at $.dynamodb.NewImage.status.S.exists (byte 40); write \"S\": [{\"exists\": false}].",
            never),
        .newImage(
            #""s":{"S":{"suffix":["a","b"]}}"#,
            "suffix stands outside an array and is read as a field, so nothing matches at $.dynamodb.NewImage.s.S.suffix (byte 35); write \"S\": [{\"suffix\": \"a\"}, {\"suffix\": \"b\"}].",
            never),
        .newImage(
            #""s":{"S":{"anything-but":["a","b"]}}"#,
            "anything-but stands outside an array and is read as a field, so nothing matches at $.dynamodb.NewImage.s.S.anything-but (byte 35); write \"S\": [{\"anything-but\": [\"a\", \"b\"]}].",
            never),
        .newImage(
            #""s":{"S":{"anything-but":{"prefix":["a"]}}}"#,
            "anything-but stands outside an array and is read as a field, so nothing matches at $.dynamodb.NewImage.s.S.anything-but.prefix (byte 51); write \"S\": [{\"anything-but\": {\"prefix\": \"a\"}}].",
            never),
        Message(
            #"{"dynamodb":{"Keys":{"orderId":{"S":{"prefix":["A"]}}}}}"#,
            "prefix stands outside an array and is read as a field, so nothing matches at $.dynamodb.Keys.orderId.S.prefix (byte 37); write \"S\": [{\"prefix\": \"A\"}].",
            never
        ).on(.orders),
        // In an image a name is a name.
        .newImage(
            #""prefix":["a"]"#,
            "prefix lacks its type, so nothing matches at $.dynamodb.NewImage.prefix (byte 25); write \"prefix\": {\"S\": [\"a\"]}.",
            never),
    ]

    @Test(arguments: operators)
    func anOperatorOutsideAnArrayIsKnown(message: Message) throws { try check(message) }

    static let types: [Message] = [
        .newImage(
            #""status":["pending"]"#,
            "status lacks its type, so nothing matches at $.dynamodb.NewImage.status (byte 25); write \"status\": {\"S\": [\"pending\"]}.",
            never),
        .newImage(
            #""amount":[100.0,{"exists":false}]"#,
            "amount lacks its type, so exists:false always holds at $.dynamodb.NewImage.amount (byte 25); write \"amount\": {\"N\": [\"100\", {\"exists\":false}]}."
        ),
        .newImage(
            #""a\"b":["a value that is rather long","and another one, so that the line would be long"]"#,
            "a\"b lacks its type, so nothing matches at $.dynamodb.NewImage[\"a\\\"b\"] (byte 25); write \"a\\\"b\": {\"S\": [...]}.",
            never),
        .newImage(
            #""address":{"city":["Bern"]}"#,
            "city lacks its type, so nothing matches at $.dynamodb.NewImage.address.city (byte 36); write address.M.city.S for the value within the map address.",
            never),
        .newImage(
            #""status":{"s":["x"]}"#,
            "s is no type of an attribute, so nothing matches at $.dynamodb.NewImage.status.s (byte 35); write S instead of s.",
            never),
        Message(
            #"{"dynamodb":{"Keys":{"pk":{"BOOL":[true]}}}}"#,
            "A key has the type S, N or B, so nothing matches at $.dynamodb.Keys.pk.BOOL (byte 27); write one of them instead of BOOL.",
            never),
        Message(
            #"{"dynamodb":{"Keys":{"pk":{"M":["x"]}}}}"#,
            "A key has the type S, N or B, so nothing matches at $.dynamodb.Keys.pk.M (byte 27); write one of them instead of M.",
            never),
        Message(
            #"{"dynamodb":{"SequenceNumber":[{"numeric":["=",1]}]}}"#,
            "numeric compares JSON numbers and never matches, because the value is a string, at $.dynamodb.SequenceNumber[0] (byte 31); compare the whole text or drop the rule.",
            never),
        Message(
            #"{"dynamodb":{"OldImage":{"a":{"S":["x"]}}}}"#,
            "A stream with the StreamViewType NEW_IMAGE has no such image, so nothing matches at $.dynamodb.OldImage.a.S (byte 30); set it to NEW_AND_OLD_IMAGES.",
            never
        ).on(.orders(.newImage)),
        Message(
            #"{"dynamodb":{"OldImage":{"a":{"S":[{"exists":false}]}}}}"#,
            "A stream with the StreamViewType NEW_IMAGE has no such image, so exists:false always holds at $.dynamodb.OldImage.a.S (byte 30); set it to NEW_AND_OLD_IMAGES or leave the field out."
        ).on(.orders(.newImage)),
    ]

    @Test(arguments: types)
    func typesAreNamedWithWhatToWrite(message: Message) throws { try check(message) }

    static let together: [Message] = [
        .newImage(
            #""s":{"S":[{"anything-but":["c"]},"a"]}"#,
            "The alternative is idle, because $.dynamodb.NewImage.s.S[0] lets the same values pass, at $.dynamodb.NewImage.s.S[1] (byte 58); drop $.dynamodb.NewImage.s.S[1]."
        ),
        .newImage(
            #""s":{"S":["a",{"prefix":"a"}]}"#,
            "The alternative is idle, because $.dynamodb.NewImage.s.S[1] lets the same values pass, at $.dynamodb.NewImage.s.S[0] (byte 35); drop $.dynamodb.NewImage.s.S[0]."
        ),
        Message(
            #"{"eventName":[{"exists":true}]}"#,
            "Every record has a value here, so exists:true always holds at $.eventName (byte 1); leave the field out."),
        Message(
            #"{"eventName":[{"exists":false}]}"#,
            "Every record has a value here, so exists:false never holds at $.eventName[0] (byte 14); write the values that shall pass instead.",
            never),
        Message(
            #"{"eventName":["INSERT",{"exists":false}]}"#,
            "Every record has a value here, so exists:false never holds at $.eventName[1] (byte 23); leave the alternative out."
        ),
        Message(
            #"{"eventName":["INSERT","MODIFY","REMOVE"]}"#,
            "The alternatives together accept every value, so every record passes at $.eventName (byte 1); leave the field out or drop an alternative."
        ),
        Message(
            #"{"eventName":[{"anything-but":["INSERT","MODIFY","REMOVE"]}]}"#,
            "anything-but leaves out every value that the field has at $.eventName[0] (byte 14); name those only that shall not pass.",
            never),
        .newImage(
            #""p":{"BOOL":[true,false]}"#,
            "The alternatives together accept every value at $.dynamodb.NewImage.p.BOOL (byte 30); write {\"exists\": true} if that is meant, or drop one of them."
        ),
        .newImage(
            #""p":{"S":[{"anything-but":["a"]},{"anything-but":["b"]}]}"#,
            "The alternatives together accept every value at $.dynamodb.NewImage.p.S (byte 30); write {\"exists\": true} if that is meant, or use one anything-but with all the values."
        ),
        Message(
            #"{"dynamodb.NewImage.s.S":["x"]}"#,
            "A name with dots stands for several levels, which AWS does not document, at $.dynamodb.NewImage.s.S (byte 1); write {\"dynamodb\": {\"NewImage\": {\"s\": {\"S\": [...]}}}}."
        ),
    ]

    @Test(arguments: together)
    func whatIsIdleIsNamedByItsPlace(message: Message) throws { try check(message) }

    /// A rule for the strings of the attribute `s`: what is written, and what is said from the place on.
    private static func strings(_ rule: String, _ what: String, _ repair: String) -> Message {
        newString(rule, "\(what) at $.dynamodb.NewImage.s.S[0] (byte 35); \(repair).")
    }
    private static func newString(_ rule: String, _ message: String) -> Message {
        .newImage(#""s":{"S":[\#(rule)]}"#, message)
    }

    private static let expression = "is compared character by character, not as a regular expression,"
    private static let derived =
        "compare an attribute that the writer derives, because a pipe's anything-but takes whole values only"
    private static let star = "* is an ordinary character in"

    static let stars: [Message] = [
        strings(#""pen*""#, #"\#(star) "pen*""#, #"use {"prefix": "pen"}"#),
        strings(#""*@test.com""#, #"\#(star) "*@test.com""#, #"use {"suffix": "@test.com"}"#),
        strings(#""*""#, #"\#(star) "*""#, #"use {"exists": true}"#),
        strings(
            #""*and*""#, #"\#(star) "*and*""#,
            "use prefix or suffix, or compare an attribute that the writer derives"),
        strings(#""*and*""#, #"\#(star) "*and*""#, #"use {"wildcard": ...}"#).by(.eventBus),
        strings(#"{"prefix":"pen*"}"#, #"\#(star) "pen*""#, #"write "pen""#),
        strings(#"{"suffix":"*ing"}"#, #"\#(star) "*ing""#, #"write "ing""#),
        strings(#"{"equals-ignore-case":"pen*"}"#, #"\#(star) "pen*""#, #"use {"prefix": "pen"}"#),
        strings(#"{"anything-but":["a","*.com"]}"#, #"\#(star) "*.com""#, derived),
        strings(#"{"anything-but":["*.com"]}"#, #"\#(star) "*.com""#, #"use {"anything-but": {"suffix": ".com"}}"#)
            .by(.eventBus),
        strings(#"{"anything-but":["pen*"]}"#, #"\#(star) "pen*""#, #"use {"anything-but": {"prefix": "pen"}}"#)
            .by(.lenient),
        strings(#"{"anything-but":["*and*"]}"#, #"\#(star) "*and*""#, #"use {"anything-but": {"wildcard": ...}}"#)
            .by(.eventBus),
        strings(#"{"anything-but":["*"]}"#, #"\#(star) "*""#, #"use {"exists": false}"#),
        strings(#""^pen.*""#, #""^pen.*" \#(expression)"#, #"use {"prefix": "pen"}"#),
        strings(#""^pending$""#, #""^pending$" \#(expression)"#, #"write "pending""#),
        strings(#"".*@test\\.com$""#, #"".*@test\\.com$" \#(expression)"#, #"use {"suffix": "@test.com"}"#),
        strings(#"".*""#, #"".*" \#(expression)"#, #"use {"exists": true}"#),
        strings(#"{"anything-but":["^a$"]}"#, #""^a$" \#(expression)"#, #"write "a""#),
        strings(
            #""^(a|b)$""#, #""^(a|b)$" \#(expression)"#,
            "use prefix or suffix, or compare an attribute that the writer derives"),
        Message(
            #"{"eventName":["INS*"]}"#,
            "\"INS*\" never matches, because the field never has this value, at $.eventName[0] (byte 14); use {\"prefix\": \"INS\"}.",
            never),
    ]

    @Test(arguments: stars)
    func aStarStandsForItself(message: Message) throws { try check(message) }

    private static let space = "The white space at an end of"

    static let whiteSpace: [Message] = [
        strings(#""pending ""#, #"\#(space) "pending " is compared too"#, #"write "pending" if it is not meant"#),
        strings(
            #"{"anything-but":["a","\tb"]}"#, #"\#(space) "\u0009b" is compared too"#, #"write "b" if it is not meant"#),
        strings(#"{"prefix":" Mr "}"#, #"\#(space) " Mr " is compared too"#, #"write "Mr " if it is not meant"#),
        strings(#"{"suffix":" km "}"#, #"\#(space) " km " is compared too"#, #"write " km" if it is not meant"#),
        strings(
            #"{"equals-ignore-case":"a\n"}"#, #"\#(space) "a\u000a" is compared too"#, #"write "a" if it is not meant"#),
    ]

    @Test(arguments: whiteSpace)
    func whiteSpaceAtAnEndIsNamed(message: Message) throws { try check(message) }

    static let addresses: [Message] = [
        .newImage(
            #""email":{"S":[{"anything-but":{"prefix":"test.com"}}]}"#,
            "An address ends with its domain, so \"test.com\" fits hardly any at $.dynamodb.NewImage.email.S[0] (byte 39); use {\"anything-but\": {\"suffix\": \"@test.com\"}}."
        ).by(.eventBus),
        .newImage(
            #""email":{"S":[{"prefix":"@test.com"}]}"#,
            "An address ends with its domain, so \"@test.com\" fits hardly any at $.dynamodb.NewImage.email.S[0] (byte 39); use {\"suffix\": \"@test.com\"}."
        ),
        .newImage(
            #""email":{"S":[{"anything-but":"test.com"}]}"#,
            "An address ends with its domain, so \"test.com\" fits hardly any at $.dynamodb.NewImage.email.S[0] (byte 39); use an attribute that holds the domain alone, derived by the writer."
        ),
    ]

    @Test(arguments: addresses)
    func anAddressEndsWithItsDomain(message: Message) throws { try check(message) }

    /// A pattern is refused for its length in the words of the pipe's filter; the rules of an event bus may be longer.
    @Test func aLongPatternIsRefusedAsAPipeDoes() throws {
        let value = String(repeating: "ä", count: PatternLimits.patternCharactersMax - #"{"eventID":[""]}"#.count)
        let longest = #"{"eventID":["\#(value)"]}"#
        let tooLong = longest + " "
        #expect(try PatternLint.findings(in: longest, stream: .unknown).isEmpty)
        #expect(try PatternLint.findings(in: tooLong, stream: .unknown, dialect: .eventBus).isEmpty)
        for dialect in [PatternDialect.pipes, .lenient] {
            let error = try #require(throws: PatternError.self) {
                try PatternLint.findings(in: tooLong, stream: .unknown, dialect: dialect)
            }
            let filter = try #require(throws: PatternError.self) {
                try FilterCriteria(patterns: [tooLong], dialect: dialect)
            }
            #expect(error.code == .tooLong)
            #expect("Filters[0].Pattern: \(error.message)" == filter.message)
        }
    }
}
