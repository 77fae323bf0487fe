import EventPatterns
import OrderRecords
import TestSupport

/// Every operator alone, on a small event and on an order's record.
enum OperatorRows {
    /// What kind of value an operator is for.
    private enum Field {
        case text, number, address, flag

        /// The pattern for the small event.
        func small(_ tests: String) -> String {
            switch self {
            case .text: #"{"emailDomain":[\#(tests)]}"#
            case .number: #"{"amount":[\#(tests)]}"#
            case .address: #"{"address":[\#(tests)]}"#
            case .flag: #"{"isPaid":[\#(tests)]}"#
            }
        }

        /// The pattern for the record. It holds texts and one number, so that some operators never match.
        func record(_ tests: String) -> String {
            switch self {
            case .number: #"{"dynamodb":{"SizeBytes":[\#(tests)]}}"#
            case .text, .address, .flag: #"{"dynamodb":{"NewImage":{"emailDomain":{"S":[\#(tests)]}}}}"#
            }
        }
    }

    private static let operators: [(name: String, field: Field, tests: String)] = [
        ("equals, up to 8 bytes", .text, #""test.com""#),
        ("equals, more bytes", .text, #""post.example.org""#),
        ("equals, one of five", .text, #""a.example","b.example","c.example","mail.example","test.com""#),
        ("equals, number", .number, "249"),
        ("equals, true", .flag, "true"),
        ("equals, null", .flag, "null"),
        ("equals, address", .address, #""10.0.3.7""#),
        ("exactly", .text, #"{"exactly":"mail.example"}"#),
        ("prefix", .text, #"{"prefix":"post.example"}"#),
        ("prefix, ignoring case", .text, #"{"prefix":{"equals-ignore-case":"POST.Example"}}"#),
        ("suffix", .text, #"{"suffix":".example"}"#),
        ("suffix, ignoring case", .text, #"{"suffix":{"equals-ignore-case":".EXAMPLE"}}"#),
        ("equals-ignore-case", .text, #"{"equals-ignore-case":"Mail.Example"}"#),
        ("anything-but", .text, #"{"anything-but":"test.com"}"#),
        ("anything-but, list", .text, #"{"anything-but":["test.com","mytest.com","mail.example"]}"#),
        ("anything-but, number", .number, #"{"anything-but":[249,250]}"#),
        ("anything-but, prefix", .text, #"{"anything-but":{"prefix":"post."}}"#),
        ("anything-but, suffix", .text, #"{"anything-but":{"suffix":".example"}}"#),
        ("anything-but, ignoring case", .text, #"{"anything-but":{"equals-ignore-case":"TEST.com"}}"#),
        ("anything-but, wildcard", .text, #"{"anything-but":{"wildcard":"*test*"}}"#),
        ("numeric, equals", .number, #"{"numeric":["=",249]}"#),
        ("numeric, range", .number, #"{"numeric":[">",200,"<=",300]}"#),
        ("exists, true", .text, #"{"exists":true}"#),
        ("exists, false", .text, #"{"exists":false}"#),
        ("cidr, IPv4", .address, #"{"cidr":"10.0.0.0/21"}"#),
        ("cidr, IPv6", .address, #"{"cidr":"2001:db8::/32"}"#),
        ("wildcard", .text, #"{"wildcard":"*.example*"}"#),
    ]

    static func series() -> [Series] {
        let small = EventPool(smallEvents())
        let records = EventPool(OrderRecords(seed: 4).prefix(1_000))
        return [
            Series(
                group: "operators", name: "small event", comparison: .nothing,
                rows: operators.map { row($0.name, small, $0.field.small($0.tests)) } + [
                    row("$or", small, #"{"$or":[{"emailDomain":["test.com"]},{"amount":[{"numeric":["<",100]}]}]}"#)
                ]),
            Series(
                group: "operators", name: "order record", comparison: .nothing,
                rows: operators.map { row($0.name, records, $0.field.record($0.tests)) } + [
                    row(
                        "$or", records,
                        #"{"$or":[{"eventName":["REMOVE"]},{"dynamodb":{"SizeBytes":[{"numeric":["<",200]}]}}]}"#)
                ]),
        ]
    }

    private static func row(_ name: String, _ events: EventPool, _ pattern: String) -> Row {
        Row(name, events) { try EventPattern(pattern, dialect: .eventBus) }
    }

    /// Events of about 100 bytes. Half of the addresses are IPv6.
    private static func smallEvents() -> [[UInt8]] {
        var random = SeededGenerator(seed: 5)
        let domains = ["test.com", "mail.example", "shop.example", "post.example.org", "example.co.uk", "mytest.com"]
        return (0..<1_000).map { index in
            let low = Int.random(in: 0...9, using: &random)
            let high = Int.random(in: 0...15, using: &random)
            let address = random.oneIn(2) ? "10.0.\(high).\(low)" : "2001:db\(low)::\(high):1"
            let amount = random.oneIn(4) ? "249" : "\(Int.random(in: 1...999, using: &random)).5"
            let isPaid = random.pick(["true", "false", "null"])
            return Array(
                #"{"orderId":"\#(536_365 + index)","emailDomain":"\#(random.pick(domains))","amount":\#(amount),"#
                    .utf8) + Array(#""address":"\#(address)","isPaid":\#(isPaid)}"#.utf8)
        }
    }
}
