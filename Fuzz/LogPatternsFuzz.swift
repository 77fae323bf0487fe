// Sources: Fuzz/FoundationJSON.swift
// Seeds: Tests/LogPatternsTests/TermTests.swift Tests/LogPatternsTests/PropertyTests.swift Tests/LogPatternsTests/FieldTests.swift Tests/LogPatternsTests/ExpressionTests.swift Fuzz/LogPatternsFuzz.seeds
// Dictionary: Fuzz/LogPatternsFuzz.dict

import Foundation
import LogPatterns

/// Patterns of logs: plain terms against a search by Foundation, the forms for JSON and for fields by what cannot matter.
///
/// The input is a pattern and a message.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let input = FuzzInput(start, count) else { return 0 }
    let (text, message) = (input.text(0), input.text(1))
    guard let pattern = try? LogPattern(text) else { return 0 }
    let isWanted = pattern.matches(message)
    // A message of any bytes gets an answer.
    let bytes = input.bytes(1)
    _ = pattern.matches(bytes.span.bytes)
    guard let padded = try? LogPattern(" \(text)\t") else {
        // One character fewer than the limit.
        if text.unicodeScalars.count + 2 <= LogPattern.lengthMax {
            finding("blanks around it make a wrong pattern: \(text)")
        }
        return 0
    }
    if padded.matches(message) != isWanted { finding("blanks around it change the pattern: \(text)") }
    switch text.utf8.first(where: { $0 != 0x20 && !(0x09...0x0D).contains($0) }) {
    case UInt8(ascii: "{"):
        // What is no JSON object has no properties.
        if isWanted, !isObject(message) { finding("properties are found in what is no JSON: \(text)") }
        if pattern.matches(" \(message)\n") != isWanted {
            finding("blanks around a message change the answer: \(text)")
        }
    case UInt8(ascii: "["): break
    default: checkTerms(text, message, isWanted)
    }
    return 0
}

private func isObject(_ message: String) -> Bool {
    (try? JSONSerialization.jsonObject(with: Data(message.utf8))) is [String: Any]
        || isBeyondFoundation(Array(message.utf8))
}

/// Words alone, with the signs that exclude them or make them optional.
private func checkTerms(_ text: String, _ message: String, _ isWanted: Bool) {
    let words = text.utf8.split { $0 == 0x20 || (0x09...0x0D).contains($0) }.map { String($0) ?? "" }
    func isPlain(_ word: some StringProtocol) -> Bool {
        !word.isEmpty && word.utf8.allSatisfy { $0 >= 0x80 || isLetterOrDigit($0) || $0 == UInt8(ascii: "_") }
    }
    func holds(_ word: some StringProtocol) -> Bool {
        Data(message.utf8).range(of: Data(word.utf8)) != nil
    }
    var (required, excluded, optional): ([Substring], [Substring], [Substring]) = ([], [], [])
    for word in words {
        switch word.first {
        case "-": excluded.append(word.dropFirst())
        case "?": optional.append(word.dropFirst())
        default: required.append(word[...])
        }
    }
    guard (required + excluded + optional).allSatisfy({ isPlain($0) }) else { return }
    let hasOthers = !required.isEmpty || !excluded.isEmpty
    let expected =
        required.allSatisfy { holds($0) } && !excluded.contains { holds($0) }
        && (hasOthers || optional.isEmpty || optional.contains { holds($0) })
    if isWanted != expected { finding("the pattern says \(isWanted): \(text)") }
}

private func isLetterOrDigit(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
}
