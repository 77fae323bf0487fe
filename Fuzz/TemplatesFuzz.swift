// Seeds: Tests/StacksTests Tests/ReadinessTests/Fixtures template.yaml
// Dictionary: Fuzz/TemplatesFuzz.dict

import Foundation
import Readiness
import Stacks

/// Templates: read, evaluated, reviewed. All that is said names a line of the text, the same text gives the same stack, and its
/// review is JSON in both forms.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let text = String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    let lines =
        text.utf8.count { $0 == 10 || $0 == 13 }
        + text.unicodeScalars.count { ["\u{85}", "\u{2028}", "\u{2029}"].contains($0) } + 1
    func check(_ diagnostics: [Diagnostic]) {
        for diagnostic in diagnostics {
            if let line = diagnostic.line, !(1...lines).contains(line) {
                finding("line \(line) of \(lines): \(diagnostic)")
            }
            if diagnostic.message.isEmpty { finding("a diagnostic without words") }
        }
    }
    let template: Template
    do { template = try Template(yaml: text, file: "t") } catch {
        if error.diagnostics.isEmpty { finding("a template is refused without a word") }
        check(error.diagnostics)
        return 0
    }
    let paths = Dictionary(template.functionsInBuckets.map { ($0, "\($0).zip") }) { first, _ in first }
    if !paths.isEmpty { _ = try? template.text(text, withLocalCode: paths) }
    let stack: Stack
    do { stack = try Stack(template) } catch {
        if error.diagnostics.isEmpty { finding("a stack is refused without a word") }
        check(error.diagnostics)
        return 0
    }
    check(stack.warnings)
    guard let again = try? Stack(Template(yaml: text, file: "t")) else { finding("the second time it is refused") }
    if stack.pipes.map(\.name) != again.pipes.map(\.name) || stack.outputs.map(\.value) != again.outputs.map(\.value) {
        finding("the second time it is another stack")
    }
    let review = ReadinessReview(stack, file: "t", text: text)
    _ = review.text
    let encoder = JSONEncoder()
    guard (try? encoder.encode(ReviewReport(review))) != nil,
        (try? encoder.encode(SARIFLog(review, version: "1", pages: "p"))) != nil
    else { finding("a review cannot be written as JSON") }
    return 0
}
