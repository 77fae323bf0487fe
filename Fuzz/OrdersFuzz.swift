// Seeds: Tests/ReplayTests/OrderFileTests.swift Fuzz/OrdersFuzz.seeds
// Dictionary: Fuzz/OrdersFuzz.dict

import Foundation
import Orders
import Replay

/// CSV files of orders: rows that are read and written again are the same rows, and each has a life whose steps are in order.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let text = String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    guard let rows = try? OrderFile.parse(text, file: "f"), let first = rows.first else { return 0 }
    if rows.contains(where: { $0.amount.currency != first.amount.currency }) { finding("a file of two currencies") }
    let written = csv(rows)
    let again: [OrderRow]
    do { again = try OrderFile.parse(written, file: "f") } catch { finding("what is written is refused: \(error)") }
    if again != rows { finding("what is written reads as other orders: \(written)") }
    let life = LifeCycle(rows)
    if !zip(life.steps, life.steps.dropFirst()).allSatisfy({ $0.moment <= $1.moment }) { finding("steps out of order") }
    return 0
}

private func csv(_ rows: [OrderRow]) -> String {
    let currency = rows[0].amount.currency.code.lowercased()
    let header = "order_id,customer_id,timestamp_utc,amount_\(currency),units,lines,country,kind"
    return ([header] + rows.map(line)).joined(separator: "\n")
}

private func line(_ row: OrderRow) -> String {
    let date = Date(timeIntervalSince1970: Double(row.timestamp) / 1_000)
    let fields: [String] = [
        row.orderId, row.customerId ?? "", date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)),
        row.amount.text,
        row.units.map(String.init) ?? "", row.lines.map(String.init) ?? "", row.country ?? "", row.kind.rawValue,
    ]
    return fields.map { "\"\($0.replacing("\"", with: "\"\""))\"" }.joined(separator: ",")
}
