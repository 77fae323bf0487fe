import Foundation
@testable import Load
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

@Suite struct LatencyPlotTests {
    private static func second(_ number: Int, errors: Int = 0, p50: Double = 1) -> Measure.Second {
        .init(
            second: number, offered: 100, acknowledged: 100 - errors, errors: errors, p50: p50, p99: p50 * 5,
            max: p50 * 20)
    }

    private static func isWellFormed(_ svg: String) -> Bool { XMLParser(data: Data(svg.utf8)).parse() }

    @Test func aPictureHasALineForEachFigure() {
        let svg = LatencyPlot(
            title: "a < b", seconds: (0..<60).map { Self.second($0) }, endToEnd: [.init(second: 1, p50: 3, p99: 9)]
        ).svg
        #expect(Self.isWellFormed(svg))
        for name in ["write p50", "write p99", "write max", "to function p50", "to function p99", "offered"] {
            #expect(svg.contains(">\(name)<"), "\(name)")
        }
        #expect(svg.contains("a &lt; b"))
        #expect(!svg.contains(">errors<"))
        // 1 to 20 ms: two powers of ten.
        for tick in ["1", "10", "100"] { #expect(svg.contains("text-anchor=\"end\">\(tick)</text>"), "\(tick)") }
    }

    @Test func errorsAreShownInTheirSeconds() {
        let svg = LatencyPlot(title: "t", seconds: [Self.second(0), Self.second(1, errors: 100)]).svg
        #expect(Self.isWellFormed(svg))
        #expect(svg.contains(">errors<"))
        #expect(svg.matches(of: /fill-opacity="0.6"/).count == 1)
    }

    @Test func aSecondWithoutAnswersIsAGap() {
        func lineCount(_ seconds: [Measure.Second]) -> Int {
            LatencyPlot(title: "t", seconds: seconds).svg.matches(of: /stroke-width="1.6"/).count
        }
        let whole = (0..<9).map { Self.second($0) }
        var broken = whole
        broken[4] = Self.second(4, errors: 100)
        // Three latencies in two pieces each, and the two rates.
        #expect(lineCount(whole) == 3 + 2)
        #expect(lineCount(broken) == 6 + 2)
    }

    @Test(arguments: [[], [LatencyPlotTests.second(0)], [LatencyPlotTests.second(0, errors: 100)]])
    func littleOrNothingIsAPictureToo(seconds: [Measure.Second]) {
        let svg = LatencyPlot(title: "t", seconds: seconds).svg
        #expect(Self.isWellFormed(svg))
        #expect(!svg.contains("nan") && !svg.contains("inf"))
    }
}
