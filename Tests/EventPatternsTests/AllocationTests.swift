import CAllocationCount
import Dispatch
import EventPatterns
import Foundation
import OrderRecords
import Synchronization
import Testing

/// A matcher allocates nothing for an ordinary event. Tests run on several threads; the count is of one thread, so each
/// test counts within one synchronous call.
@Suite(.enabled(if: allocation_count_available(), "allocations are counted on Linux with glibc, without sanitizers"))
struct AllocationTests {
    /// In a debug build the standard library's loops over ranges allocate, so a count says nothing of the matcher.
    private static let isOptimized: Bool = {
        #if DEBUG
            false
        #else
            true
        #endif
    }()
    private static let needsOptimization: Comment =
        "allocations of a matcher are counted in a release build: swift test -c release, or FilterBenchmark --check"

    private final class Box {
        let number: Int
        init(_ number: Int) { self.number = number }
    }

    /// Never inlined, so that the box is on the heap in a release build too.
    @inline(never)
    private static func box(_ number: Int) -> Box { Box(number) }

    /// What `body` allocates on this thread.
    private func allocations(_ body: () throws -> Void) rethrows -> UInt64 {
        let before = allocation_count()
        try body()
        return allocation_count() - before
    }

    @Test func knownAllocationsAreCounted() {
        var boxes: [Box?] = [nil]
        #expect(allocations { boxes[0] = Self.box(3) } == 1)
        #expect(boxes[0]?.number == 3)
        var numbers: [Int] = []
        #expect(allocations { numbers.reserveCapacity(100) } == 1)
        #expect(allocations { for number in 0..<100 { numbers.append(number) } } == 0)
        #expect(allocations { numbers.reserveCapacity(1_000) } == 1)
        var block: UnsafeMutableRawPointer?
        #expect(allocations { block = UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 64) } == 1)
        block?.deallocate()
    }

    @Test func eachThreadCountsItsOwnAllocations() {
        let boxCount = 10_000
        let done = DispatchSemaphore(value: 0)
        let there = Mutex<UInt64>(0)
        let thread = Thread {
            let before = allocation_count()
            var sum = 0
            for number in 0..<boxCount { sum += Self.box(number).number }
            there.withLock { $0 = sum > 0 ? allocation_count() - before : 0 }
            done.signal()
        }
        let here = allocations {
            thread.start()
            done.wait()
        }
        #expect(there.withLock { $0 } >= boxCount)
        // Starting a thread takes some.
        #expect(here < boxCount / 10)
    }

    @Test(
        .enabled(if: isOptimized, needsOptimization),
        arguments: [
            ("standard", [TemplateFilters.standard]), ("premium", [TemplateFilters.premium]),
            ("both", [TemplateFilters.standard, TemplateFilters.premium]),
        ])
    func theTemplatesFiltersAllocateNothing(_ name: String, _ patterns: [String]) throws {
        let filters = try FilterCriteria(patterns: patterns)
        let records = Array(OrderRecords(seed: 7, sizes: 600...1_200).prefix(500))
        for reading in [EventReading.whole, .untilDecided] {
            // The first use of a type may allocate what describes it.
            _ = try filters.matches(records[0], reading: reading)
            var matchCount = 0
            let count = try allocations {
                for record in records where try filters.matches(record, reading: reading) { matchCount += 1 }
            }
            #expect(count == 0, "\(name), \(reading)")
            // Both answers come up.
            #expect(0 < matchCount && matchCount < records.count)
        }
    }

    @Test(.enabled(if: isOptimized, needsOptimization))
    func nestingThatNoPatternAsksForAllocatesNothing() throws {
        let pattern = try EventPattern(#"{"wanted": ["x"]}"#)
        let depth = 63
        let objects = String(repeating: #"{"a":"#, count: depth) + "1" + String(repeating: "}", count: depth)
        let arrays = String(repeating: "[", count: depth) + "1" + String(repeating: "]", count: depth)
        for nested in [objects, arrays] {
            let event = Array(#"{"nested":\#(nested),"wanted":"x"}"#.utf8)
            for reading in [EventReading.whole, .untilDecided] {
                // The first use of a type may allocate what describes it.
                #expect(try pattern.matches(event, reading: reading))
                let count = try allocations { _ = try pattern.matches(event, reading: reading) }
                #expect(count == 0)
            }
        }
    }

    /// The filters that the tests and the benchmark use are those of the template.
    @Test func theFiltersAreTheTemplates() throws {
        let template = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "template.yaml")
        let text = Self.withoutIndentation(try String(contentsOf: template, encoding: .utf8))
        for filter in [TemplateFilters.standard, TemplateFilters.premium] {
            #expect(text.contains(Self.withoutIndentation(filter)))
        }
    }

    private static func withoutIndentation(_ text: String) -> String {
        text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.joined(separator: "\n")
    }
}
