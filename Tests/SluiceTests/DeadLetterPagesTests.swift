import Engine
import Foundation
import Testing

@testable import sluice

/// A walk through the pages of an engine that others take dead letters from.
@Suite struct DeadLetterPagesTests {
    /// As an engine answers that has these, the ids of pipe `a` or `b` by their first letter, two on a page.
    private static func page(of ids: [String], after: String?) throws -> DeadLetterPage {
        let start = after.flatMap { ids.firstIndex(of: $0) }.map { $0 + 1 } ?? 0
        let shown = ids[start...].prefix(2)
        let letters = shown.map {
            #"{"id":"\#($0)","queue":"dead","pipe":"\#($0.prefix(1))","sentTimestamp":1,"condition":"","keys":[],"attempts":1,"body":"","records":[]}"#
        }
        let next = shown.endIndex < ids.endIndex ? #","next":"\#(shown.last!)""# : ""
        return try JSONDecoder().decode(
            DeadLetterPage.self,
            from: Data(#"{"letters":[\#(letters.joined(separator: ","))],"count":\#(ids.count)\#(next)}"#.utf8))
    }

    /// - Parameter leaving: by the number of a request, those that are gone behind it.
    private static func walk(
        _ ids: [String], pipe: String? = nil, leaving: [Int: Set<String>] = [:]
    ) async throws -> [String] {
        var waiting = ids
        var requests = 0
        var pages = DeadLetterPages(pipe: pipe) { after in
            let page = try Self.page(of: waiting, after: after)
            requests += 1
            let gone = leaving[requests] ?? []
            waiting.removeAll { gone.contains($0) }
            return page
        }
        var found: [String] = []
        while let letters = try await pages.next() {
            found += letters.map(\.id)
            try #require(requests < 20, "it ends")
        }
        return found
    }

    private static let ids = ["a1", "a2", "b1", "a3", "b2"]

    @Test func allPagesAreRead() async throws {
        #expect(try await Self.walk(Self.ids) == Self.ids)
        #expect(try await Self.walk([]).isEmpty)
        #expect(try await Self.walk(Self.ids, pipe: "b") == ["b1", "b2"])
    }

    /// The engine begins anew behind one that is gone.
    @Test(
        arguments: [
            [1: ["a2"]], [1: ["a1", "a2"]], [2: ["a3"]], [1: ["a2"], 2: ["b1"], 3: ["a3"]],
        ] as [[Int: Set<String>]])
    func noneIsSkippedOrRepeatedWhenOthersLeave(leaving: [Int: Set<String>]) async throws {
        let found = try await Self.walk(Self.ids, leaving: leaving)
        #expect(Set(found).count == found.count, "each once")
        // What leaves before its page is read need not be found.
        #expect(Set(found).isSuperset(of: Set(Self.ids).subtracting(leaving.values.joined())))
        #expect(found == Self.ids.filter { found.contains($0) }, "in their order")
    }

    @Test(arguments: [[], [[]], [[1]], [[1, 2], [], [3]]] as [[[Int]]])
    func valuesThatComeInPartsAreOneArray(parts: [[Int]]) throws {
        var list = JSONList()
        var lines: [String] = []
        for part in parts { lines += try list.lines(part.map { ["n": $0] }) }
        lines.append(list.end)
        let values = try JSONDecoder().decode([[String: Int]].self, from: Data(lines.joined(separator: "\n").utf8))
        #expect(values.compactMap { $0["n"] } == Array(parts.joined()))
    }
}
