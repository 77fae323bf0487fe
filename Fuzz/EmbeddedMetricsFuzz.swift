// Sources: Fuzz/FoundationJSON.swift
// Seeds: Tests/TelemetryTests/EmbeddedMetricsTests.swift Fuzz/EmbeddedMetricsFuzz.seeds
// Dictionary: Fuzz/EmbeddedMetricsFuzz.dict

import Clocks
import Foundation
import Telemetry

/// Metrics in functions' lines: only JSON objects with `_aws` hold any, their values are the line's own, and whatever comes of
/// them is taken or refused by the store's check.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let line = Array(UnsafeBufferPointer(start: start, count: count))
    let metrics = EmbeddedMetrics.read(line.span.bytes)
    let members = (try? JSONSerialization.jsonObject(with: Data(line))) as? [String: Any]
    if members == nil, isBeyondFoundation(line) { return 0 }
    switch metrics {
    case .none: return 0
    case .invalid(let failure):
        if failure.reason.isEmpty { finding("a line is refused without a word") }
        if failure.kind == .validation, members == nil { finding("what is no JSON is refused for what it says") }
    case .data(let data):
        guard let members, members["_aws"] is [String: Any] else { finding("metrics without _aws in an object") }
        if data.count > EmbeddedMetrics.dataMax { finding("\(data.count) metrics of a line") }
        for datum in data {
            guard case .values(let values, let counts) = datum.content else { finding("no values of a line") }
            if values.count != counts.count || !values.allSatisfy(\.isFinite) {
                finding("values that are none: \(values)")
            }
            let given =
                (members[datum.identity.name] as? [NSNumber])
                ?? (members[datum.identity.name] as? NSNumber).map { [$0] }
            // Of members with one name Foundation may keep another.
            if let given, given.count == values.count, zip(given, values).contains(where: { $0.doubleValue != $1 }) {
                finding("\(datum.identity.name) is \(given) and read as \(values)")
            }
            _ = try? datum.check(now: Timestamp(seconds: 1_700_000_000))
        }
    }
    return 0
}
