// Seeds: Tests/QueuesTests/RedriveTests.swift Fuzz/PoliciesFuzz.seeds
// Dictionary: Fuzz/PoliciesFuzz.dict

import Foundation
@testable import Queues

/// JSON in attributes of queues: a policy that is taken is shown as JSON that is taken again and says the same.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let text = String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    if let policy = try? RedrivePolicy(text) {
        check(policy.text)
        guard (try? RedrivePolicy(policy.text)) == policy else { finding("\(text) is shown as \(policy.text)") }
        if !(1...1_000).contains(policy.maxReceiveCount) { finding("\(policy.maxReceiveCount) receives") }
    }
    if let policy = try? RedriveAllowPolicy(text) {
        check(policy.text)
        guard (try? RedriveAllowPolicy(policy.text)) == policy else { finding("\(text) is shown as \(policy.text)") }
    }
    if var policy = try? QueuePolicy(text) {
        // By what it says: of a number's zeros below zero there are two texts.
        guard let again = try? QueuePolicy(policy.text), check(again.text) == check(policy.text) else {
            finding("\(text) is shown as \(policy.text)")
        }
        _ = policy.isEmpty
        guard (try? policy.add(label: "l", accounts: ["1", "2"], actions: ["SendMessage"], queue: "arn")) != nil else {
            return 0
        }
        check(policy.text)
        if policy.isEmpty { finding("a policy with a statement is empty") }
        guard (try? policy.remove(label: "l")) != nil else { finding("a statement that was added is not there") }
    }
    return 0
}

@discardableResult
private func check(_ json: String) -> NSDictionary {
    guard let object = try? JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any] else {
        finding("no JSON: \(json)")
    }
    return object as NSDictionary
}
