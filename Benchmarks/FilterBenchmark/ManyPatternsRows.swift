import OrderRecords
import TestSupport

/// Up to 10,000 patterns in one matcher, as on an event bus with many rules.
enum ManyPatternsRows {
    private static let counts = [1, 10, 100, 1_000, 10_000]
    /// How many times the time of one pattern a thousand may take.
    private static let thousandTimesMax = 3.0

    static func series() -> [Series] {
        let records = EventPool(OrderRecords(seed: 2).prefix(500))
        return [
            series("values of one field", records, oneField),
            series("mixed operators", records, mixedOperators),
            series("different fields", flags(), differentFields),
        ]
    }

    private static func series(_ name: String, _ events: EventPool, _ pattern: @escaping (Int) -> String) -> Series {
        let rows = counts.map { count in
            Row(
                count == 1 ? "1 pattern" : "\(count) patterns", events,
                limit: count == 1_000 ? .timesFirst(thousandTimesMax) : nil
            ) {
                try ManyPatterns((0..<count).lazy.map(pattern))
            }
        }
        return Series(group: "many patterns", name: name, comparison: .first, rows: rows)
    }

    /// Changes of one customer's orders. Customers have the numbers 12,346 to 18,287, so many patterns match some.
    private static func oneField(_ index: Int) -> String {
        let customer = 10_000 + 2 * index
        return #"{"eventName":["MODIFY"],"dynamodb":{"NewImage":{"customerId":{"S":["\#(customer)"]}}}}"#
    }

    /// Seven operators in turn, over seven fields. Few patterns match, and none matches nearly always.
    private static func mixedOperators(_ index: Int) -> String {
        let customer = 10_000 + index
        let image =
            switch index % 7 {
            case 0: #""customerId":{"S":["\#(customer)"]}"#
            case 1: #""customerEmail":{"S":[{"prefix":"customer\#(customer)"}]}"#
            case 2: #""orderId":{"S":[{"suffix":"\#(customer)"}]}"#
            case 3: #""status":{"S":[{"anything-but":["delivered","\#(index)"]}]},"currency":{"S":["C\#(index)"]}"#
            case 4: #""coupon\#(index)":{"S":[{"exists":true}]}"#
            case 5: #""country":{"S":[{"equals-ignore-case":"KINGDOM \#(index)"}]}"#
            default: #""status":{"S":["delivered"]}"#
            }
        let numeric = index % 7 == 6 ? #""SizeBytes":[{"numeric":[">",\#(index),"<=",\#(index + 2)]}],"# : ""
        return #"{"dynamodb":{\#(numeric)"NewImage":{\#(image)}}}"#
    }

    private static func differentFields(_ index: Int) -> String { #"{"detail":{"flag\#(index)":["yes"]}}"# }

    /// Events with twenty of 20,000 fields.
    private static func flags() -> EventPool {
        var random = SeededGenerator(seed: 3)
        return EventPool(
            (0..<500).map { _ in
                let fields = (0..<20).map { _ in
                    #""flag\#(Int.random(in: 0..<20_000, using: &random))":"\#(random.oneIn(10) ? "yes" : "no")""#
                }
                return Array(#"{"source":"shop","detail":{\#(fields.joined(separator: ","))}}"#.utf8)
            })
    }
}
