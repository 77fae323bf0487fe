// Sources: Fuzz/FoundationJSON.swift
// Seeds: Tests/LambdaRuntimeTests/StreamBatchTests.swift Fuzz/StreamRecordsFuzz.seeds
// Dictionary: Fuzz/StreamRecordsFuzz.dict

import Foundation
import Items
import LambdaRuntime
import Orders

/// Events of functions: each record of a batch is read as Foundation's decoder reads it, or fails alone; what an order's record
/// means is decided without a stop.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let json = Array(UnsafeBufferPointer(start: start, count: count))
    guard let batch = try? StreamBatch(json: json) else { return 0 }
    guard let whole = try? JSONSerialization.jsonObject(with: Data(json)) else {
        if isBeyondFoundation(json) { return 0 }
        finding("a batch is read that is no JSON for Foundation")
    }
    let given = (whole as? [Any] ?? (whole as? [String: Any])?["Records"] as? [Any])?.count
    if let given, given != batch.entries.count { finding("\(given) records are read as \(batch.entries.count)") }
    for entry in batch.entries {
        guard case .success(let record) = entry.record else { continue }
        if entry.item != .keys(record.dynamodb.keys) { finding("an entry is of another item than its record") }
        check(record)
        _ = try? OrderEvent(record)
    }
    return 0
}

private func check(_ record: StreamRecord) {
    guard let encoded = try? JSONEncoder().encode(record) else {
        // JSON has no such number.
        if record.dynamodb.approximateCreationDateTime.isFinite { finding("a record cannot be written") }
        return
    }
    let bytes = Array(encoded)
    var position = 0
    guard let again = try? StreamRecord(json: bytes.span.bytes, at: &position), again == record else {
        finding("a record is written as another")
    }
    guard (try? JSONDecoder().decode(StreamRecord.self, from: encoded)) == record else {
        finding("the decoder reads another record")
    }
}
