// Seeds: Fuzz/TokensFuzz.seeds
// Dictionary: Fuzz/TokensFuzz.dict

import Clocks
import Foundation
@testable import Gateway
import Items
@testable import Logs
@testable import Queues
@testable import Tables

/// What clients carry back: iterators of shards, receipt handles, tokens of pages, names. One that is taken is a text that we could
/// have written: whatever else it is changed into is refused.
///
/// The input is the kind, and the text.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let input = FuzzInput(start, count) else { return 0 }
    let text = String(decoding: input.rest, as: UTF8.self)
    switch input.flags {
    case UInt8(ascii: "i"):
        guard let iterator = try? ShardIterator(text) else { return 0 }
        if !isSame(iterator.text, text) { finding("an iterator is read in \(text), which is \(iterator.text)") }
    case UInt8(ascii: "r"):
        for queue: UInt32 in [0, 1, 0xFFFF_FFFF] {
            guard let handle = try? ReceiptHandle(text, queue: queue) else { continue }
            if handle.text != text.lowercased() { finding("a handle is read in \(text), which is \(handle.text)") }
            if handle.queue != queue { finding("a handle of another queue") }
        }
    case UInt8(ascii: "m"):
        guard let id = MessageID(text) else { return 0 }
        if id.description != text.lowercased() { finding("an id is read in \(text), which is \(id)") }
    case UInt8(ascii: "l"):
        guard let token = try? LogToken(text) else { return 0 }
        if !isSame(token.text, text) { finding("a token is read in \(text), which is \(token.text)") }
        if token.reversed.reversed != token { finding("a token turned twice is another") }
    case UInt8(ascii: "s"):
        guard let token = try? StatementToken(text) else { return 0 }
        guard let again = try? StatementToken(token.text), again.key == token.key else {
            finding("a token of a statement is another: \(text)")
        }
    case UInt8(ascii: "n"):
        guard let sequence = SequenceNumber.sequence(text) else { return 0 }
        if !isSame(SequenceNumber.text(sequence), text) { finding("\(text) is read as \(sequence)") }
    case UInt8(ascii: "f"):
        guard let name = FunctionName(text) else { return 0 }
        if FunctionName(name.name)?.name != name.name { finding("a function's name is read as another: \(text)") }
        if name.name.utf8.contains(where: { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: ".") }) {
            finding("a function's name leads elsewhere: \(text)")
        }
    case UInt8(ascii: "d"):
        guard let duration = Duration(text: text) else { return 0 }
        if Duration(text: duration.text) != duration { finding("\(text) is \(duration.text)") }
    default:
        guard let parts = QueueURL.parts(text) else { return 0 }
        let url = QueueURL.text(String(parts.name), account: String(parts.account), origin: "http://h")
        guard let again = QueueURL.parts(url), again.name == parts.name, again.account == parts.account else {
            finding("a queue's address is another's: \(text)")
        }
    }
    return 0
}

private func isSame(_ left: String, _ right: String) -> Bool { left.utf8.elementsEqual(right.utf8) }
