import TestSupport

/// Records of the Orders table's stream, made up from a seed: many orders alive at a time, each written, changed from
/// state to state, and in part removed. The same seed gives the same records everywhere.
///
/// Four kinds of writers take turns. One stores every attribute of an order with its customer, one the same for a
/// guest, and two store what the filters read and little more. So any order may lack an attribute, and the records
/// differ in size. One customer in twenty has an address at test.com.
public struct OrderRecords: Sequence, IteratorProtocol {
    /// The size of most records with one image, and of records with two images of few attributes. A change of an order
    /// with every attribute has about 1,100 bytes.
    public static let usualSizes = 700...900

    /// Orders alive at a time.
    private static let openCount = 64

    private var random: SeededGenerator
    private let sizes: ClosedRange<Int>
    private var open: [(order: Order, life: ArraySlice<Order.Status>)] = []
    private var sequence = 0
    private var moment: Int64 = 1_291_191_960_000

    /// - Parameter sizes: the sizes in bytes of the records that are wanted, some of them between 600 and 1,100. Others
    ///   are made but passed over.
    public init(seed: UInt64, sizes: ClosedRange<Int> = usualSizes) {
        precondition(sizes.overlaps(600...1_100), "an order's records have 600 to 1,100 bytes")
        random = SeededGenerator(seed: seed)
        self.sizes = sizes
        for _ in 0..<Self.openCount { open.append(newOrder()) }
    }

    /// The next record, as JSON text. Never nil.
    public mutating func next() -> [UInt8]? {
        while true {
            if let json = step()?.json, sizes.contains(json.count) { return json }
        }
    }

    /// Takes one order a step further; nil when it stays as it is for good, and another takes its place.
    private mutating func step() -> StreamRecord? {
        let index = Int.random(in: 0..<Self.openCount, using: &random)
        var old: Image?
        var new: Image?
        let keys = open[index].order.keys
        // An order that has not taken the first step of its life is not written yet.
        if open[index].life.startIndex > 0 { old = open[index].order.image }
        if let status = open[index].life.popFirst() {
            open[index].order.status = status
            new = open[index].order.image
        } else {
            let isRemoved = random.oneIn(2)
            open[index] = newOrder()
            if !isRemoved { return nil }
        }
        sequence += 1
        moment += Int64.random(in: 1...60_000, using: &random)
        return StreamRecord(sequence: sequence, arrival: moment / 1_000, keys: keys, old: old, new: new)
    }

    private mutating func newOrder() -> (Order, ArraySlice<Order.Status>) {
        var order = Order(
            number: Int.random(in: 536_365...581_587, using: &random), timestamp: moment, minorUnits: amount())
        let writer = Int.random(in: 0..<4, using: &random)
        if writer != 1 {
            // The customer's address follows from the customer.
            let customer = Int.random(in: 12_346...18_287, using: &random)
            order.customer = customer
            order.emailDomain = customer % 20 == 0 ? "test.com" : Self.domains[customer % Self.domains.count]
        }
        if writer < 2 {
            order.currency = "GBP"
            order.country = random.pick(Self.countries)
            order.units = Int.random(in: 1...900, using: &random)
            order.lines = Int.random(in: 1...60, using: &random)
        } else {
            order.storesAddress = false
        }
        return (order, random.oneIn(5) ? random.pick(Order.otherLives)[...] : Order.usualLife[...])
    }

    /// In hundredths: one amount in three up to 100, one in eight over 1,000.
    private mutating func amount() -> Int64 {
        switch Int.random(in: 0..<24, using: &random) {
        case 0..<8: Int64.random(in: 100...10_000, using: &random)
        case 8..<21: Int64.random(in: 10_001...100_000, using: &random)
        default: Int64.random(in: 100_001...900_000, using: &random)
        }
    }

    private static let domains = ["shop.example", "mail.example", "post.example.org", "example.co.uk", "mytest.com"]
    private static let countries = [
        "United Kingdom", "United Kingdom", "United Kingdom", "Germany", "France", "EIRE", "Belgium", "Netherlands",
    ]
}
