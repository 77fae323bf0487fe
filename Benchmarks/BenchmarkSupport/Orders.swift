package import Items
import TestSupport

/// The orders that are written: made up from a seed, so that each run and each process makes the same.
///
/// An order is a template with another id. Ids are 16 hexadecimal digits in no order, so writes go to random keys, and
/// whoever wants another order's bytes has only to change the digits in them.
package struct Orders: Sendable {
    /// Templates: as many as make neighbours in the store unlike, as real orders are.
    package static let templateCount = 256
    /// Digits of an id.
    package static let idBytes = 16
    /// Size of an order's canonical JSON.
    package static let itemBytes = 600
    static let customers = 12_346...18_287

    package let templates: [Item]

    package init(seed: UInt64 = 1) {
        var random = SeededGenerator(seed: seed)
        templates = (0..<Self.templateCount).map { _ in Self.template(&random) }
    }

    /// The id of the order with this number. Different numbers have different ids.
    package static func id(_ number: Int) -> String {
        var id = String(unsafeUninitializedCapacity: idBytes) { buffer in
            write(id: number, to: UnsafeMutableRawPointer(buffer.baseAddress!))
            return idBytes
        }
        id.makeContiguousUTF8()
        return id
    }

    /// Writes the 16 digits of an id.
    package static func write(id number: Int, to bytes: UnsafeMutableRawPointer) {
        var value = SeededGenerator.mix(UInt64(number) &+ 0x9E37_79B9_7F4A_7C15)
        for place in 0..<idBytes {
            let digit = UInt8(truncatingIfNeeded: value >> 60)
            bytes.storeBytes(of: digit < 10 ? 48 + digit : 87 + digit, toByteOffset: place, as: UInt8.self)
            value <<= 4
        }
    }

    package func item(_ number: Int) -> Item {
        var item = templates[number % Self.templateCount]
        item["orderId"] = .string(Self.id(number))
        return item
    }

    package func key(_ number: Int) -> Item {
        ["orderId": .string(Self.id(number)), "timestamp": templates[number % Self.templateCount]["timestamp"]!]
    }

    private static func template(_ random: inout SeededGenerator) -> Item {
        let customer = Int.random(in: customers, using: &random)
        let domain = random.pick(["shop.example", "mail.example", "post.example.org", "example.co.uk", "test.com"])
        let cents = Int.random(in: 100...900_000, using: &random)
        var item: Item = [
            "amount": number("\(cents / 100).\(cents % 90 + 10)"),
            "amountTier": .string(cents > 100_000 ? "over1000" : cents > 10_000 ? "over100" : "upTo100"),
            "country": .string(random.pick(["United Kingdom", "Germany", "France", "EIRE", "Belgium", "Netherlands"])),
            "currency": .string("GBP"),
            "customerEmail": .string("customer\(customer)@\(domain)"),
            "customerId": .string("\(customer)"),
            "emailDomain": .string(domain),
            "lines": number("\(Int.random(in: 1...60, using: &random))"),
            "orderId": .string(id(0)),
            "shipTo": .map([
                "city": .string(random.pick(["Leeds", "Bristol", "Hamburg", "Lyon", "Cork", "Ghent", "Utrecht"])),
                "name": .string(random.pick(["A. Turner", "Priya Nair", "J. van Dijk", "Marie Lefevre"])),
                "postcode": .string("\(Int.random(in: 10_000...99_999, using: &random))"),
                "street": .string("\(Int.random(in: 1...250, using: &random)) Station Road"),
            ]),
            "status": .string("pending"),
            "timestamp": number("\(1_735_786_800_000 + Int.random(in: 0...86_400_000, using: &random))"),
            "units": number("\(Int.random(in: 1...900, using: &random))"),
        ]
        // Something that differs, as a delivery note does, fills the order up to its size.
        let frame = #","note":{"S":""}"#.utf8.count
        var note = ""
        while note.utf8.count < itemBytes - frame - item.json.count {
            note += random.pick(Self.words)
        }
        item["note"] = .string(String(note.prefix(itemBytes - frame - item.json.count)))
        return item
    }

    private static let words = [
        "leave ", "at ", "the ", "door ", "ring ", "call ", "before ", "noon ", "gift ", "box ",
    ]

    private static func number(_ text: String) -> AttributeValue {
        guard let number = try? Number(text) else { preconditionFailure("\(text) is a number") }
        return .number(number)
    }
}
