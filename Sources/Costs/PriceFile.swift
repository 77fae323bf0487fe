import Foundation

/// What is wrong with a price file: one sentence with the file, the member and the remedy.
public struct PriceFileError: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}

extension PriceList {
    /// Most bytes of a price file. Ours: the built-in one has some 4 KB.
    public static let fileSizeBytesMax = 1_000_000

    /// The prices of us-east-1.
    public static let builtIn: PriceList = {
        do throws(PriceFileError) {
            return try PriceList(json: PackageResources.us_east_1_json, file: "us-east-1.json")
        } catch {
            preconditionFailure(error.description)
        }
    }()

    /// Reads a price file: one JSON object with `region` and `prices`, which has a member for each ``PriceName``, each an object with
    /// `amount` (dollars, decimal text of at most 12 decimals), `per` (how many things that is for, a whole number), `unit`, `date`
    /// and `source`.
    ///
    /// - Parameters:
    ///   - json: UTF-8, of at most ``fileSizeBytesMax`` bytes.
    ///   - file: what messages call it.
    public init(json: some Sequence<UInt8>, file: String) throws(PriceFileError) {
        let data = Data(json)
        guard data.count <= Self.fileSizeBytesMax else {
            throw PriceFileError("\(file) has \(data.count) bytes and may have \(Self.fileSizeBytesMax); shorten it.")
        }
        guard let root = (try? JSONSerialization.jsonObject(with: data)) as? [String: Any] else {
            throw PriceFileError(
                "\(file) is no JSON object; write {\"region\": \"us-east-1\", \"prices\": {…}} into it.")
        }
        guard let region = root["region"] as? String, !region.isEmpty else {
            throw PriceFileError("\(file): region is missing or no text; write \"region\": \"us-east-1\" for example.")
        }
        guard let prices = root["prices"] as? [String: Any] else {
            throw PriceFileError("\(file): prices is missing or no object; give it a member for each price.")
        }
        if let other = prices.keys.sorted().first(where: { PriceName(rawValue: $0) == nil }) {
            let names = PriceName.allCases.map(\.rawValue).joined(separator: ", ")
            throw PriceFileError(
                "\(file): prices.\(other) is no price that a bill needs; remove it, there are \(names).")
        }
        var entries: [PriceName: Entry] = [:]
        for name in PriceName.allCases {
            guard let members = prices[name.rawValue] as? [String: Any] else {
                throw PriceFileError(
                    "\(file): prices.\(name.rawValue) is missing or no object; add it with amount, per, unit, date and source."
                )
            }
            entries[name] = try Self.entry(members, "\(file): prices.\(name.rawValue)")
        }
        self.init(region: region, entries: entries)
    }

    /// - Parameter place: the file and the member, for messages.
    private static func entry(_ members: [String: Any], _ place: String) throws(PriceFileError) -> Entry {
        func text(_ name: String, _ example: String) throws(PriceFileError) -> String {
            guard let text = members[name] as? String, !text.isEmpty else {
                throw PriceFileError(
                    "\(place).\(name) is missing or no text; write \"\(name)\": \"\(example)\" for example.")
            }
            return text
        }
        let amount = try text("amount", "0.40")
        guard let picodollars = ExactDecimal.parse(amount, decimals: 12) else {
            throw PriceFileError(
                "\(place).amount is \(amount), which is no decimal number of dollars with at most 12 decimals; write it as \"0.40\"."
            )
        }
        // A JSON true is a number of type "c" to Foundation.
        guard let number = members["per"] as? NSNumber, number.objCType.pointee != CChar(UInt8(ascii: "c")),
            let per = Int64(number.stringValue), (1...1_000_000_000_000).contains(per)
        else {
            throw PriceFileError(
                "\(place).per is missing or no whole number from 1 to 1,000,000,000,000; write \"per\": 1000000 for the price of a million."
            )
        }
        return Entry(
            price: Price(picodollars: Int128(picodollars), per: Int128(per)), amount: amount, per: per,
            unit: try text("unit", "request"), date: try text("date", "2026-06-13"),
            source: try text("source", "aws.amazon.com/sqs/pricing"))
    }
}
