// Sources: Sources/Engine/DeadLetterReport.swift Sources/Engine/RecordImages.swift
// Seeds: Tests/PipesTests/DeadLetterTests.swift Fuzz/DeadLettersFuzz.seeds
// Dictionary: Fuzz/StreamRecordsFuzz.dict

import Foundation
import Pipes
@testable import Queues

/// Messages of queues as they lie on the disk, and dead letters as they are shown: damage is noticed, what is kept is written as it
/// was read, and any message has a report that is JSON.
///
/// The input is a message's bytes, or, by the first byte, a body and an attachment.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let input = FuzzInput(start, count) else { return 0 }
    if input.flag(0) {
        let bytes = input.rest
        guard let contents = try? MessageContents(bytes.span.bytes) else { return 0 }
        let encoded = contents.encoded
        guard let again = try? MessageContents(encoded.span.bytes), again.encoded == encoded else {
            finding("a message is written as another")
        }
        return 0
    }
    let message = QueueMessage(
        messageID: "id", sentTimestamp: 1, body: input.text(0), attachment: input.count > 1 ? input.text(1) : nil,
        receiveCount: 0)
    if let dead = DeadRecords(message) {
        guard let json = try? JSONEncoder().encode(dead),
            (try? JSONDecoder().decode(DeadRecords.self, from: json)) == dead
        else { finding("records are kept as others") }
    }
    for showsRecords in [false, true] {
        let report = DeadLetterReport(message, queue: "q", showsRecords: showsRecords)
        guard let json = try? JSONEncoder().encode(report),
            let again = try? JSONDecoder().decode(DeadLetterReport.self, from: json), again == report
        else { finding("a report is written as another") }
    }
    return 0
}
