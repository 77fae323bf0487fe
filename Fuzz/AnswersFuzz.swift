// Seeds: Tests/PipesTests/PartialBatchAnswerTests.swift Fuzz/AnswersFuzz.seeds
// Dictionary: Fuzz/AnswersFuzz.dict

import Foundation
import LambdaRuntime
import Pipes

/// Functions' answers: which records failed, against Foundation's decoder; and what our own runtime answers is read as it was
/// meant.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let payload = Array(UnsafeBufferPointer(start: start, count: count))
    let answer = PartialBatchAnswer(payload: payload)
    let decoded = try? JSONDecoder().decode(PartialBatchResponse.self, from: Data(payload))
    switch answer {
    case .failures(let identifiers):
        if identifiers.isEmpty || identifiers.contains("") { finding("a failure without an identifier") }
        if let decoded, decoded.batchItemFailures.map(\.itemIdentifier) != identifiers {
            finding("other failures: \(identifiers)")
        }
        if decoded == nil { finding("failures that the decoder does not find: \(identifiers)") }
        let response = PartialBatchResponse(batchItemFailures: identifiers.map { .init(itemIdentifier: $0) })
        if PartialBatchAnswer(payload: response.json) != answer {
            finding("the runtime's answer is another: \(identifiers)")
        }
    case .allHandled:
        if let decoded, !decoded.batchItemFailures.isEmpty { finding("failures are overlooked: \(decoded)") }
    case .malformed:
        if let decoded, !decoded.batchItemFailures.contains(where: \.itemIdentifier.isEmpty) {
            finding("a good answer is refused: \(decoded)")
        }
    }
    // Any texts, as a function may name its records.
    let texts = payload.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    let response = PartialBatchResponse(batchItemFailures: texts.map { .init(itemIdentifier: $0) })
    let expected: PartialBatchAnswer = texts.isEmpty ? .allHandled : .failures(identifiers: texts)
    if PartialBatchAnswer(payload: response.json) != expected {
        finding("the runtime's answer is read otherwise: \(texts)")
    }
    return 0
}
