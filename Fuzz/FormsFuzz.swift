// Seeds: Tests/GatewayTests/Queues/QueueProtocolTests.swift Fuzz/FormsFuzz.seeds
// Dictionary: Fuzz/FormsFuzz.dict

import Foundation
@testable import Gateway

/// Forms of the query protocols: names and values are decoded as Foundation does it, SQS's become JSON, CloudWatch's a tree.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let body = Array(UnsafeBufferPointer(start: start, count: count))
    let form = FormTree.read(body)
    let expected = values(body)
    if (form == nil) != (expected == nil) { finding("a form is \(form == nil ? "refused" : "taken")") }
    guard let form, let expected else { return 0 }
    for (name, node) in form {
        guard case .text(let text) = node else { continue }
        if expected.last(where: { isSame($0.name, name) })?.value.utf8.elementsEqual(text.utf8) != true {
            finding("\(name) is \(text)")
        }
    }
    _ = WireValue(form: form)
    guard let request = try? FormRequest(body, path: "/123456789012/q") else { return 0 }
    guard let json = try? JSONSerialization.jsonObject(with: Data(request.json)) as? [String: Any] else {
        finding("no JSON comes of a form: \(String(decoding: request.json, as: UTF8.self))")
    }
    if json["Action"] as? String != request.action { finding("the action is \(request.action)") }
    return 0
}

private func isSame(_ left: String, _ right: String) -> Bool { left.utf8.elementsEqual(right.utf8) }

/// The pairs whose names have no parts; nil for what is no form.
private func values(_ body: [UInt8]) -> [(name: String, value: String)]? {
    var pairs: [(name: String, value: String)] = []
    for pair in body.split(separator: UInt8(ascii: "&")) {
        let end = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
        guard let name = decoded(pair[..<end]), let value = decoded(pair[end...].dropFirst()) else { return nil }
        pairs.append((name, value))
    }
    return pairs
}

private func decoded(_ text: ArraySlice<UInt8>) -> String? {
    guard let text = String(validating: text, as: UTF8.self) else {
        // Bytes of one character may come in both ways, which Foundation takes in one only.
        return decodedByHand(text)
    }
    return text.replacing("+", with: " ").removingPercentEncoding ?? decodedByHand(Array(text.utf8)[...])
}

private func decodedByHand(_ text: ArraySlice<UInt8>) -> String? {
    var bytes: [UInt8] = []
    var rest = text
    while let byte = rest.popFirst() {
        guard byte == UInt8(ascii: "%") else {
            bytes.append(byte == UInt8(ascii: "+") ? 0x20 : byte)
            continue
        }
        let digits = Array("0123456789abcdef".utf8)
        let values = rest.prefix(2).compactMap { digit in
            digits.firstIndex(of: (0x41...0x46).contains(digit) ? digit | 0x20 : digit)
        }
        guard values.count == 2 else { return nil }
        bytes.append(UInt8(values[0] * 16 + values[1]))
        rest = rest.dropFirst(2)
    }
    return String(validating: bytes, as: UTF8.self)
}
