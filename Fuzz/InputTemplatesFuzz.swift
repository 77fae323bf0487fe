// Sources: Fuzz/FoundationJSON.swift
// Seeds: Tests/PipesTests/InputTemplateTests.swift Fuzz/InputTemplatesFuzz.seeds
// Dictionary: Fuzz/InputTemplatesFuzz.dict

import Clocks
import Foundation
import Pipes

/// Input templates of pipes: filled in with a record that is JSON, each gives JSON.
///
/// The input is a template and a record.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let input = FuzzInput(start, count) else { return 0 }
    let (text, record) = (input.text(0), input.bytes(1))
    let template: InputTemplate
    do { template = try InputTemplate(text) } catch {
        if let place = error.character, !(1...text.unicodeScalars.count + 1).contains(place) {
            finding("an error is at character \(place) of \(text.unicodeScalars.count): \(text)")
        }
        return 0
    }
    let variables = InputTemplate.Variables(
        pipeARN: "arn:aws:pipes:eu-west-1:1:pipe/p", pipeName: "p\"\\\u{1}", sourceARN: "arn:s",
        enrichmentARN: input.flag(0) ? "arn:e" : nil, targetARN: "arn:t",
        ingestionTime: Timestamp(seconds: 1_700_000_000))
    let output = template.apply(to: record, variables)
    guard isJSON(record) else { return 0 }
    if !isJSON(output), !isBeyondFoundation(output) {
        finding("no JSON comes of \(text): \(String(decoding: output, as: UTF8.self))")
    }
    if template.apply(to: record, variables) != output { finding("another time it is another text: \(text)") }
    return 0
}

private func isJSON(_ bytes: [UInt8]) -> Bool {
    (try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)) != nil
}
