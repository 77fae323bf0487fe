// Seeds: Tests/FaultsTests/FaultsFileTests.swift Examples/faults.yaml
// Dictionary: Fuzz/FaultsFuzz.dict

import Faults
import Foundation
import Stacks

/// Files of faults for the project's template: rules are of resources that there are and within their ranges, what is wrong has a
/// line, and drawing from a plan stops at its counts.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let text = String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    let plan: FaultPlan
    do { plan = try FaultsFile(yaml: text, file: "f", for: stack).plan } catch {
        if error.diagnostics.isEmpty { finding("a file is refused without a word") }
        let lastLine = 1 + text.count(where: \.isNewline)
        for diagnostic in error.diagnostics where !(1...lastLine).contains(diagnostic.line ?? 1) {
            finding("line \(diagnostic.line ?? 0) of \(lastLine): \(diagnostic)")
        }
        return 0
    }
    for rule in plan.rules {
        if !names.contains(rule.name) { finding("a rule of \(rule.name), which there is not") }
        if !(rule.rate > 0 && rule.rate <= 1) || rule.after < 0 || rule.count.map({ $0 < 1 }) ?? false
            || rule.delay < .zero
        {
            finding("a rule beyond its ranges: \(rule)")
        }
    }
    var drawn = plan
    for rule in plan.rules {
        for _ in 0..<8 {
            for call in calls { _ = drawn.draw(rule.kind, [rule.name], call) }
        }
    }
    for (rule, progress) in zip(drawn.rules, drawn.progress) where progress.injected > rule.count ?? .max {
        finding("more faults than \(rule)")
    }
    return 0
}

private let calls: [FaultyResource.Call] = [.invocation, .send, .read, .write, .commit, .save]

private let stack: Stack = {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../template.yaml")
        .path
    do { return try Stack(Template.load(path: path)) } catch { fatalError("\(error)") }
}()

private let names = Set(
    stack.functions.map(\.name) + stack.queues.map(\.name) + stack.tables.map(\.name) + stack.pipes.map(\.name))
