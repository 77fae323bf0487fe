/// An order as its writer stores it: what the writer leaves out is nil.
struct Order {
    var number: Int
    /// When it was made, milliseconds since 1970.
    var timestamp: Int64
    var minorUnits: Int64
    var status = Status.created
    var customer: Int?
    var emailDomain: String?
    /// Whether the address is stored, and not its domain alone.
    var storesAddress = true
    var currency: String?
    var country: String?
    var units: Int?
    var lines: Int?

    enum Status: String {
        case created, pending, shipped, delivered, cancelled, returned, refunded
    }

    /// The lives of four orders of five; the fifth ends early.
    static let usualLife: [Status] = [.created, .pending, .shipped, .delivered]
    static let otherLives: [[Status]] = [
        [.created, .cancelled],
        [.created, .pending, .cancelled, .refunded],
        [.created, .pending, .shipped, .cancelled, .refunded],
        [.created, .pending, .shipped, .delivered, .returned, .refunded],
    ]

    private var amountTier: String {
        minorUnits > 100_000 ? "over1000" : minorUnits > 10_000 ? "over100" : "upTo100"
    }

    /// Without trailing zeroes, as DynamoDB keeps numbers: "139.1" for 139.10.
    private var amount: String {
        let (whole, rest) = minorUnits.quotientAndRemainder(dividingBy: 100)
        if rest == 0 { return "\(whole)" }
        return rest % 10 == 0 ? "\(whole).\(rest / 10)" : "\(whole).\(rest < 10 ? "0" : "")\(rest)"
    }

    var keys: Image { Image(attributes: [.string("orderId", "\(number)"), .number("timestamp", "\(timestamp)")]) }

    /// All attributes, in the order of their names.
    var image: Image {
        var attributes = [ImageAttribute.number("amount", amount), .string("amountTier", amountTier)]
        if let country { attributes.append(.string("country", country)) }
        if let currency { attributes.append(.string("currency", currency)) }
        if let customer {
            if storesAddress, let emailDomain {
                attributes.append(.string("customerEmail", "customer\(customer)@\(emailDomain)"))
            }
            attributes.append(.string("customerId", "\(customer)"))
        }
        if let emailDomain { attributes.append(.string("emailDomain", emailDomain)) }
        if let lines { attributes.append(.number("lines", "\(lines)")) }
        attributes += [
            .string("orderId", "\(number)"), .string("status", status.rawValue), .number("timestamp", "\(timestamp)"),
        ]
        if let units { attributes.append(.number("units", "\(units)")) }
        return Image(attributes: attributes)
    }
}
