import EventPatterns
import Testing

/// A pattern and what the lint says of it: code, effect and path of each finding, in order.
struct LintCase: Sendable, CustomTestStringConvertible {
    var pattern: String
    var findings: [String]
    var stream: StreamShape

    var testDescription: String { pattern }

    init(_ pattern: String, _ findings: String..., stream: StreamShape = .orders) {
        self.pattern = pattern
        self.findings = findings
        self.stream = stream
    }

    /// A rule for one leaf of the new image, with what is found there; paths may begin with `~` for the leaf.
    static func newImage(_ leaf: String, _ rule: String, _ findings: String...) -> LintCase {
        let names = leaf.split(separator: ".")
        let open = names.map { "\"\($0)\":{" }.joined().dropLast()
        let path = "$.dynamodb.NewImage.\(leaf)"
        var result = LintCase(
            #"{"dynamodb":{"NewImage":{\#(open)\#(rule)\#(String(repeating: "}", count: names.count - 1))}}}"#)
        result.findings = findings.map { $0.replacing("~", with: path) }
        return result
    }
}

extension StreamShape {
    /// The table of this project's template.
    static let orders = StreamShape(viewType: .newAndOldImages, keys: keys)
    static func orders(_ viewType: ViewType) -> StreamShape { StreamShape(viewType: viewType, keys: keys) }

    private static let keys = [
        KeyAttribute(name: "orderId", type: .string), KeyAttribute(name: "timestamp", type: .number),
    ]
}

@Suite struct LintTests {
    private func summary(_ finding: PatternFinding) -> String { "\(finding.code) \(finding.effect) \(finding.path)" }

    private func check(_ lintCase: LintCase) throws {
        let findings = try PatternLint.findings(in: lintCase.pattern, stream: lintCase.stream)
        #expect(findings.map(summary) == lintCase.findings)
        for finding in findings where finding.code != .patternNeverMatches {
            #expect(finding.message.contains("at \(finding.path) (byte \(finding.offset)); "))
            #expect(finding.message.hasSuffix("."))
            #expect(finding.message == finding.problem + (finding.remedy.map { "; \($0)." } ?? "."))
            #expect(finding.offset < lintCase.pattern.utf8.count)
        }
    }

    private static let never = "patternNeverMatches neverMatches $"

    static let values: [LintCase] = [
        .newImage("amount.N", #"[{"numeric":[">",100]}]"#, "numericOnString neverMatches ~[0]", never),
        .newImage("amount.N", #"[{"numeric":[">",100]},"7"]"#, "numericOnString neverMatches ~[0]"),
        .newImage("amount.N", "[150]", "numberOnString neverMatches ~[0]", never),
        .newImage("amount.N", #"[{"anything-but":[150,7]}]"#, "numberOnString holdsForAnyValue ~[0]"),
        .newImage(
            "amount.N", #"[{"anything-but":150},{"exists":false}]"#, "acceptsEverything alwaysHolds ~",
            "numberOnString holdsForAnyValue ~[0]"),
        .newImage("status.S", #"[{"numeric":["=",1]}]"#, "numericOnString neverMatches ~[0]", never),
        .newImage(
            "status.S", "[150,true,null]", "numberOnString neverMatches ~[0]",
            "valueOfOtherType neverMatches ~[1]", "valueOfOtherType neverMatches ~[2]", never),
        .newImage("isPaid.BOOL", #"["true"]"#, "valueOfOtherType neverMatches ~[0]", never),
        .newImage("isPaid.BOOL", #"[{"anything-but":"true"}]"#, "valueOfOtherType holdsForAnyValue ~[0]"),
        .newImage("gone.NULL", "[null]", "valueOfOtherType neverMatches ~[0]", never),
        .newImage("gone.NULL", "[false]", "valueOfOtherType neverMatches ~[0]", never),
        .newImage("amount.N", #"["100.00"]"#, "notCanonical neverMatches ~[0]", never),
        .newImage(
            "amount.N", #"["1e3","+5",".5","-0","007","1."]"#, "notCanonical neverMatches ~[0]",
            "notCanonical neverMatches ~[1]", "notCanonical neverMatches ~[2]", "notCanonical neverMatches ~[3]",
            "notCanonical neverMatches ~[4]", "notCanonical neverMatches ~[5]", never),
        .newImage("amount.N", #"["a lot"]"#, "notCanonical neverMatches ~[0]", never),
        .newImage("sizes.NS", #"["1.0"]"#, "notCanonical neverMatches ~[0]", never),
        .newImage(
            "amount.N", #"[{"prefix":"00"},{"suffix":".50"}]"#, "notCanonical neverMatches ~[0]",
            "notCanonical neverMatches ~[1]", never),
        .newImage("amount.N", #"[{"anything-but":["100.00"]}]"#, "notCanonical holdsForAnyValue ~[0]"),
        .newImage("amount.N", #"[{"anything-but":["100.00","7"]}]"#, "notCanonical suspicious ~[0]"),
        .newImage("photo.B", #"["hello"]"#, "notCanonical neverMatches ~[0]", never),
        .newImage("photo.B", #"[{"prefix":"a-b"}]"#, "notCanonical neverMatches ~[0]", never),
        .newImage("status.S", #"["pending",{"exists":true}]"#, "redundantAlternative suspicious ~[0]"),
        .newImage("status.S", #"["pending","pending"]"#, "redundantAlternative suspicious ~[1]"),
        .newImage("status.S", #"[{"prefix":"pend"},"pending"]"#, "redundantAlternative suspicious ~[1]"),
        .newImage("status.S", #"[{"prefix":"pend"},{"prefix":"pen"}]"#, "redundantAlternative suspicious ~[0]"),
        .newImage("status.S", #"[{"exists":true},{"exists":false}]"#, "acceptsEverything alwaysHolds ~"),
        .newImage(
            "status.S", #"[{"anything-but":["a"]},"a",{"exists":false}]"#, "acceptsEverything alwaysHolds ~"),
        .newImage("status.S", #"[{"anything-but":["a"]},"a"]"#, "acceptsEverything holdsForAnyValue ~"),
        .newImage(
            "status.S", #"[{"anything-but":["a"]},{"anything-but":["b"]}]"#, "acceptsEverything holdsForAnyValue ~"),
        .newImage("isPaid.BOOL", #"[true,false,{"exists":false}]"#, "acceptsEverything alwaysHolds ~"),
        .newImage("isPaid.BOOL", "[true,false]", "acceptsEverything holdsForAnyValue ~"),
        .newImage("status.S", #"["pen*"]"#, "ordinaryStar suspicious ~[0]"),
        .newImage("status.S", #"["pending "]"#, "whiteSpaceAtEnd suspicious ~[0]"),
        .newImage("customerEmail.S", #"[{"prefix":"test.com"}]"#, "notAnAddress suspicious ~[0]"),
        .newImage("customerEmail.S", #"[{"prefix":"@test.com"}]"#, "notAnAddress suspicious ~[0]"),
        .newImage("email.S", #"[{"anything-but":["test.com"]}]"#, "notAnAddress suspicious ~[0]"),
        .newImage("contact.M.mail.S", #"["@test.com"]"#, "notAnAddress suspicious ~[0]"),
    ]

    static let names: [LintCase] = [
        LintCase(#"{"eventname":["INSERT"]}"#, "unknownField neverMatches $.eventname", never),
        LintCase(#"{"eventname":[{"exists":false}]}"#, "unknownField alwaysHolds $.eventname"),
        LintCase(
            #"{"dynamodb":{"NewImages":{"status":{"S":["x"]}}}}"#,
            "unknownField neverMatches $.dynamodb.NewImages.status.S", never),
        LintCase(#"{"dynamodb":["x"]}"#, "objectNotValue neverMatches $.dynamodb", never),
        LintCase(
            #"{"dynamodb":{"OldImage":[{"exists":false}]}}"#, "objectNotValue alwaysHolds $.dynamodb.OldImage"),
        LintCase(
            #"{"dynamodb":{"NewImage":[{"exists":true}]}}"#, "objectNotValue neverMatches $.dynamodb.NewImage", never),
        .newImage("status", #"[{"exists":false}]"#, "missingType alwaysHolds ~"),
        .newImage("status", #"["pending"]"#, "missingType neverMatches ~", never),
        .newImage("status.s", #"["pending"]"#, "missingType neverMatches ~", never),
        .newImage("address.M", #"[{"exists":false}]"#, "objectNotValue alwaysHolds ~"),
        .newImage("address.M.city", #"["Bern"]"#, "missingType neverMatches ~", never),
        .newImage("address.city.S", #"["Bern"]"#, "dottedAttribute suspicious ~"),
        .newImage("tags.L.0.S", #"["red"]"#, "dottedAttribute suspicious ~"),
        LintCase(
            #"{"dynamodb":{"NewImage":{"address.city":{"S":["Bern"]}}}}"#,
            "dottedAttribute suspicious $.dynamodb.NewImage.address.city.S"),
        LintCase(
            #"{"dynamodb":{"Keys":{"status":{"S":["x"]}}}}"#, "notAKey neverMatches $.dynamodb.Keys.status.S", never),
        LintCase(
            #"{"dynamodb":{"Keys":{"orderId":{"N":["1"]}}}}"#,
            "notAKey neverMatches $.dynamodb.Keys.orderId.N", never),
        LintCase(
            #"{"dynamodb":{"Keys":{"status":{"BOOL":[true]}}}}"#,
            "notAKey neverMatches $.dynamodb.Keys.status.BOOL", never, stream: .unknown),
        .newImage("timestamp.S", #"["1"]"#, "notAKey neverMatches ~", never),
        LintCase(
            #"{"dynamodb":{"Keys":{"orderId":{"S":[{"exists":false}]}}}}"#,
            "alwaysPresent neverMatches $.dynamodb.Keys.orderId.S[0]", never),
        LintCase(#"{"eventName":["insert","MODIFY"]}"#, "unknownValue neverMatches $.eventName[0]"),
        LintCase(#"{"eventName":[{"prefix":"DEL"}]}"#, "unknownValue neverMatches $.eventName[0]", never),
        LintCase(#"{"eventName":[{"anything-but":["DELETE"]}]}"#, "unknownValue holdsForAnyValue $.eventName[0]"),
        LintCase(#"{"eventSource":["aws.dynamodb"]}"#, "unknownValue neverMatches $.eventSource[0]", never),
        LintCase(
            #"{"eventName":[{"anything-but":["INSERT","MODIFY","REMOVE"]}]}"#,
            "excludesEverything neverMatches $.eventName[0]", never),
        LintCase(#"{"eventName":[{"exists":true}]}"#, "alwaysPresent alwaysHolds $.eventName"),
        LintCase(#"{"eventName":["INSERT",{"exists":true}]}"#, "alwaysPresent alwaysHolds $.eventName"),
        LintCase(
            #"{"dynamodb":{"Keys":{"orderId":{"S":[{"exists":true}]}}}}"#,
            "alwaysPresent alwaysHolds $.dynamodb.Keys.orderId.S"),
        LintCase(#"{"eventName":["INSERT","MODIFY","REMOVE"]}"#, "acceptsEverything alwaysHolds $.eventName"),
        LintCase(
            #"{"eventName":{"prefix":["INS"]}}"#, "operatorOutsideArray neverMatches $.eventName.prefix", never),
        LintCase(
            #"{"eventName":{"prefix":[{"exists":false}]}}"#, "operatorOutsideArray alwaysHolds $.eventName.prefix"),
        LintCase(#"{"dynamodb.NewImage":{"a":{"S":["x"]}}}"#, "dottedPath suspicious $.dynamodb.NewImage.a.S"),
        LintCase(#"{"dynamodb":{"NewImage":{"a.S":["x"]}}}"#, "dottedPath suspicious $.dynamodb.NewImage.a.S"),
        LintCase(#"{"eventVersion":["1.1"]}"#, "fixedVersion suspicious $.eventVersion"),
        LintCase(
            #"{"dynamodb":{"SizeBytes":["100"]}}"#, "valueOfOtherType neverMatches $.dynamodb.SizeBytes[0]", never),
        LintCase(
            #"{"dynamodb":{"StreamViewType":["NEW_IMAGE"]}}"#,
            "unknownValue neverMatches $.dynamodb.StreamViewType[0]", never),
    ]

    static let combinations: [LintCase] = [
        LintCase(
            #"{"eventName":["INSERT"],"dynamodb":{"OldImage":{"status":{"S":["x"]}}}}"#,
            "excludedByOtherFields neverMatches $.dynamodb.OldImage.status.S", never),
        LintCase(
            #"{"dynamodb":{"NewImage":{"status":{"S":["x"]}}},"eventName":["REMOVE"]}"#,
            "excludedByOtherFields neverMatches $.dynamodb.NewImage.status.S", never),
        LintCase(
            #"{"eventName":["INSERT","REMOVE"],"dynamodb":{"NewImage":{"a":{"S":["x"]}},"OldImage":{"a":{"S":["x"]}}}}"#,
            "excludedByOtherFields neverMatches $.dynamodb.OldImage.a.S", never),
        LintCase(
            #"{"eventName":["INSERT"],"dynamodb":{"NewImage":{"orderId":{"S":[{"exists":false}]}}}}"#,
            "excludedByOtherFields neverMatches $.dynamodb.NewImage.orderId.S", never),
        LintCase(
            #"{"dynamodb":{"OldImage":{"status":{"S":["x"]}}}}"#,
            "imageNotInStream neverMatches $.dynamodb.OldImage.status.S", never, stream: .orders(.newImage)),
        LintCase(
            #"{"dynamodb":{"OldImage":{"status":{"S":[{"exists":false}]}}}}"#,
            "imageNotInStream alwaysHolds $.dynamodb.OldImage.status.S", stream: .orders(.keysOnly)),
        LintCase(
            #"{"dynamodb":{"NewImage":{"status":{"S":["x"]}}}}"#,
            "imageNotInStream neverMatches $.dynamodb.NewImage.status.S", never, stream: .orders(.oldImage)),
        LintCase(
            #"{"dynamodb":{"NewImage":{"a":{"S":["x"],"N":["1"]}}}}"#,
            "twoTypes neverMatches $.dynamodb.NewImage.a.N", never),
        LintCase(
            #"{"eventName":["INSERT"],"eventName":["MODIFY"]}"#, "duplicateField suspicious $.eventName"),
        LintCase(
            #"{"dynamodb":{"SizeBytes":[1]},"dynamodb":{"NewImage":{"a":{"S":["x"]}}}}"#,
            "duplicateField suspicious $.dynamodb"),
        LintCase(
            #"{"eventName":["INSERT"],"$or":[{"eventName":["MODIFY"]},{"awsRegion":["eu-west-1"]}]}"#,
            "replacedByOr suspicious $.eventName"),
        LintCase(
            #"{"$or":[{"eventName":["insert"]},{"dynamodb":{"NewImage":{"a":{"N":[1]}}}}]}"#,
            "unknownValue neverMatches $.$or[0].eventName[0]",
            "numberOnString neverMatches $.$or[1].dynamodb.NewImage.a.N[0]", never),
        LintCase(
            #"{"$or":[{"eventName":["insert"]},{"dynamodb":{"NewImage":{"a":{"N":["1"]}}}}]}"#,
            "unknownValue neverMatches $.$or[0].eventName[0]"),
        LintCase(
            #"{"dynamodb":{"NewImage":{"a":{"S":["x"]}}},"$or":[{"eventName":["REMOVE"]},{"eventName":["MODIFY"]}]}"#,
            "excludedByOtherFields neverMatches $.dynamodb.NewImage.a.S"),
    ]

    @Test(arguments: values + names + combinations)
    func finds(lintCase: LintCase) throws { try check(lintCase) }

    static let clean: [LintCase] = [
        LintCase(
            #"{"eventName":["INSERT","MODIFY"],"dynamodb":{"NewImage":{"status":{"S":["pending","shipped"]},"amountTier":{"S":["over100","over1000",{"exists":false}]},"emailDomain":{"S":[{"anything-but":["test.com"]},{"exists":false}]}}}}"#
        ),
        LintCase(
            #"{"eventName":["MODIFY"],"dynamodb":{"OldImage":{"status":{"S":["pending"]}},"NewImage":{"status":{"S":["shipped"]},"emailDomain":{"S":[{"anything-but":["test.com"]},{"exists":false}]}}}}"#
        ),
        LintCase(#"{"eventName":["INSERT","MODIFY"],"eventSource":["aws:dynamodb"]}"#),
        LintCase(#"{"eventSource":["aws:dynamodb"],"dynamodb":{"StreamViewType":["NEW_AND_OLD_IMAGES"]}}"#),
        LintCase(
            #"{"dynamodb":{"Keys":{"a.b":{"S":["x"]}}}}"#,
            stream: StreamShape(viewType: nil, keys: [.init(name: "a.b", type: .string)])),
        LintCase(#"{"eventName":[{"equals-ignore-case":"insert"},{"anything-but":["REMOVE"]}]}"#),
        LintCase(#"{"eventVersion":[{"prefix":"1."}],"awsRegion":[{"prefix":"eu-"}]}"#),
        LintCase(#"{"userIdentity":{"type":["Service"],"principalId":["dynamodb.amazonaws.com"]}}"#),
        LintCase(#"{"userIdentity":{"type":[{"exists":false}]},"eventName":["REMOVE"]}"#),
        LintCase(#"{"dynamodb":{"ApproximateCreationDateTime":[{"numeric":[">",0]}],"SizeBytes":[46]}}"#),
        LintCase(#"{"dynamodb":{"Keys":{"orderId":{"S":[{"prefix":"A-"}]},"timestamp":{"N":["17"]}}}}"#),
        LintCase(#"{"dynamodb":{"Keys":{"id":{"B":["aGk="]}}}}"#, stream: .unknown),
        LintCase(#"{"dynamodb":{"OldImage":{"status":{"S":[{"exists":false}]}}}}"#),
        LintCase(#"{"eventName":["REMOVE"],"dynamodb":{"OldImage":{"status":{"S":["x"]}}}}"#),
        LintCase(#"{"dynamodb":{"SizeBytes":[{"anything-but":[46]}]}}"#),
        .newImage("amount.N", #"[{"prefix":"0.2"},{"prefix":"-1"},{"suffix":"00"},{"suffix":"0.25"}]"#),
        LintCase(#"{"dynamodb":{"OldImage":{"orderId":{"S":[{"exists":false}]}}},"eventName":["INSERT"]}"#),
        LintCase(#"{"dynamodb":{"OldImage":{"a":{"S":["x"]}},"NewImage":{"a":{"S":["x"]}}}}"#, stream: .unknown),
        LintCase(#"{"$or":[{"dynamodb":{"NewImage":{"a":{"S":["1"]}}}},{"dynamodb":{"NewImage":{"a":{"N":["1"]}}}}]}"#),
        LintCase(#"{"dynamodb":{"NewImage":{"a":{"S":["x",{"exists":false}],"N":["1",{"exists":false}]}}}}"#),
        .newImage("amount.N", #"["7","-0.5","0",{"prefix":"1"},{"suffix":".25"}]"#),
        .newImage("amount.N", #"[{"anything-but":["100"]}]"#),
        .newImage("address.M.city.S", #"["Bern"]"#),
        .newImage("lines.L.M.sku.S", #"["a",{"exists":false}]"#),
        .newImage("tags.SS", #"["red",{"suffix":"een"}]"#),
        .newImage("gone.NULL", "[true]"),
        .newImage("isPaid.BOOL", "[true]"),
        .newImage(
            "status.S", #"["A*","****1234","2*3","^GSPC","US$"," ","a b",{"prefix":"Mr "},{"suffix":" km"}]"#),
        .newImage("photo.B", #"[{"prefix":"aGVs"},""]"#),
        .newImage("host.S", #"["10.0.0.1",{"cidr":"10.0.0.0/8"},{"prefix":"10."}]"#),
        .newImage("customerEmail.S", #"[{"suffix":"@test.com"},{"prefix":"ann@"}]"#),
        .newImage("customerEmail.S", #"[{"anything-but":["ann@test.com"]}]"#),
        .newImage("hostName.S", #"[{"prefix":"test.com"}]"#),
        .newImage("S.S", #"["x"]"#),
    ]

    @Test(arguments: clean)
    func isSilent(lintCase: LintCase) throws { try check(lintCase) }

    /// What stands in a list binds the element that its neighbours are looked up in, so it is not without effect.
    @Test func aRuleForEveryValueInAListIsNotCalledIdle() throws {
        let pattern = #"{"dynamodb":{"NewImage":{"l":{"L":{"S":[{"exists":true},{"exists":false}]}}}}}"#
        #expect(try PatternLint.findings(in: pattern, stream: .orders).isEmpty)
    }

    @Test(arguments: [
        ("1", "1"), ("100.00", "100"), ("1e3", "1000"), ("+5", "5"), (".5", "0.5"), ("5.", "5"), ("-0", "0"),
        ("-0.00", "0"), ("007.70", "7.7"), ("12.5E-3", "0.0125"), ("1200e-1", "120"), ("-1e-5", "-0.00001"),
    ])
    func itTellsHowDynamoDBWritesANumber(text: String, form: String) throws {
        let pattern = #"{"dynamodb":{"NewImage":{"a":{"N":["\#(text)"]}}}}"#
        let findings = try PatternLint.findings(in: pattern, stream: .unknown)
        #expect(findings.isEmpty == (text == form))
        if let finding = findings.first { #expect(finding.message.hasSuffix("write \"\(form)\".")) }
    }

    @Test(arguments: [
        "1e126", "1e-131", "1e99999999999999999999", "-", "", "1e", "1.2.3", "0x1",
        "1e-9223372036854775808", "1e9223372036854775807",
        "123456789012345678901234567890123456789",
    ])
    func itKnowsWhatIsNoNumber(text: String) throws {
        let pattern = #"{"dynamodb":{"NewImage":{"a":{"N":["\#(text)"]}}}}"#
        let finding = try #require(try PatternLint.findings(in: pattern, stream: .unknown).first)
        #expect(finding.message.contains("is no number that DynamoDB takes"))
    }

    /// Names are compared byte by byte: the Kelvin sign is no K, however alike Swift's strings find them.
    @Test func lookAlikesAreDifferentNames() throws {
        let findings = try PatternLint.findings(
            in: "{\"dynamodb\":{\"\u{212A}eys\":{\"a\":{\"S\":[\"x\"]}}}}", stream: .unknown)
        #expect(findings.first?.code == .unknownField)
    }

    /// Where `numeric` reads strings it is no mistake on `N`.
    @Test func theLenientDialectsNumericIsFineOnN() throws {
        let pattern = #"{"dynamodb":{"NewImage":{"n":{"N":[{"numeric":[">",1]}],"BOOL":[{"numeric":["=",1]}]}}}}"#
        let findings = try PatternLint.findings(in: pattern, stream: .orders, dialect: .lenient)
        #expect(findings.map(\.code) == [.valueOfOtherType, .patternNeverMatches])
    }

    @Test func aBadPatternIsRefused() {
        #expect(throws: PatternError.self) { try PatternLint.findings(in: #"{"a":"b"}"#, stream: .unknown) }
        #expect(throws: PatternError.self) {
            try PatternLint.findings(in: #"{"a":[{"wildcard":"*"}]}"#, stream: .unknown)
        }
    }

    @Test func operatorsOfTheEventBusAreUnderstoodInItsDialect() throws {
        let pattern =
            #"{"dynamodb":{"NewImage":{"email":{"S":[{"anything-but":{"prefix":"test.com"}}]},"n":{"N":[{"exactly":"01"},{"wildcard":"1*"}]}}}}"#
        let findings = try PatternLint.findings(in: pattern, stream: .orders, dialect: .eventBus)
        #expect(findings.map(\.code) == [.notAnAddress, .notCanonical])
    }
}
