import Foundation
public import Orders
import SwiftCSV

/// A row of an order file.
public struct OrderRow: Sendable, Hashable {
    /// What a row stands for. Files without a column `kind` hold orders only.
    public enum Kind: String, Sendable, CaseIterable {
        case order
        /// Takes back an earlier order, which it does not name.
        case cancellation
        case badDebt = "bad_debt"
        /// Free goods and stock corrections.
        case zeroValue = "zero_value"
    }

    public var orderId: String
    /// Nil for a guest.
    public var customerId: String?
    /// Milliseconds since 1970.
    public var timestamp: Int64
    public var amount: Money
    public var units: Int64?
    public var lines: Int64?
    public var country: String?
    public var kind: Kind

    public init(
        orderId: String, customerId: String?, timestamp: Int64, amount: Money, units: Int64?, lines: Int64?,
        country: String?,
        kind: Kind
    ) {
        self.orderId = orderId
        self.customerId = customerId
        self.timestamp = timestamp
        self.amount = amount
        self.units = units
        self.lines = lines
        self.country = country
        self.kind = kind
    }
}

/// A CSV file of orders: columns `order_id`, `customer_id`, `timestamp_utc`, `amount_CUR` (CUR the currency's code, such as
/// `amount_gbp`), and if there are any `units`, `lines`, `country` and `kind`.
public enum OrderFile {
    /// Reads a whole file into rows, in the file's order. Linear in its size; about a second for 10 MB.
    ///
    /// - Parameter limit: most rows to take.
    /// - Throws: ``OrderFileError`` for the first thing that is wrong.
    public static func read(path: String, limit: Int? = nil) throws -> [OrderRow] {
        let text: String
        do {
            text = try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            let reason =
                FileManager.default.fileExists(atPath: path) ? "cannot be read as UTF-8 text" : "does not exist"
            throw OrderFileError(file: path, "The order file \(reason); name a CSV file.")
        }
        return try parse(text, file: path, limit: limit)
    }

    /// Reads the text of a file; `file` is its name in errors.
    public static func parse(_ text: String, file: String, limit: Int? = nil) throws -> [OrderRow] {
        guard text.contains(where: { !$0.isWhitespace }) else {
            throw OrderFileError(file: file, "The order file is empty; its first line names the columns.")
        }
        let table: EnumeratedCSV
        do {
            table = try EnumeratedCSV(string: text, delimiter: .comma, loadColumns: false)
        } catch {
            throw OrderFileError(file: file, "The file is not CSV (\(error)); check its quotation marks.")
        }
        let columns = try Columns(header: table.header, file: file)
        var rows: [OrderRow] = []
        for (index, fields) in table.rows.prefix(limit ?? .max).enumerated() {
            // A line that holds nothing, such as a blank one at the end.
            if fields.allSatisfy(\.isEmpty) { continue }
            rows.append(try columns.row(fields, file: file, number: index + 2))
        }
        guard !rows.isEmpty else {
            throw OrderFileError(file: file, "The order file has a header and no orders; add a line for each.")
        }
        return rows
    }
}

/// Where a file's columns are.
private struct Columns {
    let count: Int
    let orderId: Int
    let customerId: Int
    let timestamp: Int
    let amount: Int
    let currency: Currency
    let units: Int?
    let lines: Int?
    let country: Int?
    let kind: Int?

    init(header: [String], file: String) throws {
        let names = header.map { $0.trimmingCharacters(in: .whitespacesAndNewlines).lowercased() }
        func place(_ name: String) throws -> Int {
            guard let place = names.firstIndex(of: name) else {
                throw OrderFileError(
                    file: file, row: 1,
                    "The column \(name) is missing (there are \(names.joined(separator: ", "))); add it to the first line and to each order."
                )
            }
            return place
        }
        count = names.count
        orderId = try place("order_id")
        customerId = try place("customer_id")
        timestamp = try place("timestamp_utc")
        guard let amount = names.firstIndex(where: { $0.hasPrefix("amount_") }),
            let currency = Currency(names[amount].dropFirst("amount_".count).uppercased())
        else {
            throw OrderFileError(
                file: file, row: 1,
                "The column amount_CUR is missing (there are \(names.joined(separator: ", "))); add one such as amount_gbp, with the currency's three letters."
            )
        }
        self.amount = amount
        self.currency = currency
        units = names.firstIndex(of: "units")
        lines = names.firstIndex(of: "lines")
        country = names.firstIndex(of: "country")
        kind = names.firstIndex(of: "kind")
    }

    func row(_ fields: [String], file: String, number: Int) throws -> OrderRow {
        func failure(_ problem: String) -> OrderFileError { OrderFileError(file: file, row: number, problem) }
        guard fields.count == count else {
            throw failure(
                "The row has \(fields.count) fields and the header \(count); give each column one, and put texts with commas in quotation marks."
            )
        }
        func text(_ place: Int?) -> String? {
            guard let place, !fields[place].isEmpty else { return nil }
            return fields[place]
        }
        func integer(_ place: Int?, _ name: String) throws -> Int64? {
            guard let text = text(place) else { return nil }
            guard let value = Int64(text) else { throw failure("The \(name) \"\(text)\" is not a whole number.") }
            return value
        }
        guard let id = text(orderId) else { throw failure("The order_id is empty; each order needs one of its own.") }
        guard let money = Money(fields[amount], currency: currency) else {
            throw failure(
                "The amount \"\(fields[amount])\" is not a number with \(currency.fractionDigits) decimals at most, such as 139.12."
            )
        }
        guard Self.isTimestamp(fields[timestamp]), let date = try? Date(fields[timestamp], strategy: .iso8601) else {
            throw failure("The timestamp_utc \"\(fields[timestamp])\" is not a date such as 2010-12-01T08:26:00Z.")
        }
        let kindText = text(kind) ?? OrderRow.Kind.order.rawValue
        guard let kind = OrderRow.Kind(rawValue: kindText) else {
            let known = OrderRow.Kind.allCases.map(\.rawValue).joined(separator: ", ")
            throw failure("The kind \"\(kindText)\" is not known; there are \(known).")
        }
        return OrderRow(
            orderId: id, customerId: text(customerId), timestamp: Int64((date.timeIntervalSince1970 * 1_000).rounded()),
            amount: money, units: try integer(units, "units"), lines: try integer(lines, "lines"),
            country: text(country),
            kind: kind)
    }

    /// Whether a text is written as `2010-12-01T08:26:00Z`, perhaps with a fraction of a second, or an offset in the place of the
    /// `Z`. Foundation alone takes years of two digits, seconds of five, and 24:61 as well.
    private static func isTimestamp(_ text: String) -> Bool {
        func isLike(_ pattern: StaticString, _ part: ArraySlice<UInt8>) -> Bool {
            pattern.withUTF8Buffer { pattern in
                pattern.count == part.count
                    && zip(pattern, part).allSatisfy { $0 == $1 || $0 == UInt8(ascii: "0") && isDigit($1) }
            }
        }
        func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
        let bytes = Array(text.utf8)
        guard isLike("0000-00-00T00:00:00", bytes.prefix(19)) else { return false }
        // Hours up to 23; of minutes and seconds the first digit decides.
        guard !"23".utf8.lexicographicallyPrecedes(bytes[11..<13]), bytes[14] < UInt8(ascii: "6"),
            bytes[17] < UInt8(ascii: "6")
        else { return false }
        var rest = bytes.dropFirst(19)
        if rest.first == UInt8(ascii: ".") {
            let digits = rest.dropFirst().prefix(while: isDigit)
            guard !digits.isEmpty else { return false }
            rest = rest.dropFirst(1 + digits.count)
        }
        return isLike("Z", rest) || ["+00:00", "-00:00", "+0000", "-0000"].contains { isLike($0, rest) }
    }
}
