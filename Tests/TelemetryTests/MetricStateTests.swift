import Clocks
import MetricMath
import Testing

@testable import Telemetry

/// The way of values from memory to the store, step by step.
@Suite struct MetricStateTests {
    private var state = MetricState(now: Timestamp(seconds: 6_000))
    private let series = MetricSeries(identity: .orders, unit: .count)

    private func point(_ value: Double) -> MetricPoint {
        var point = MetricPoint()
        point.add(value)
        return point
    }

    /// What a reader makes of the store's value and the state's.
    private func seen(_ state: MetricState, stored: Double) -> Double {
        let unwritten = state.unwritten(1, in: 0..<1_000)
        return (unwritten.joined.isEmpty ? stored : 0) + unwritten.joined.values.reduce(0) { $0 + $1.sum }
            + unwritten.added.reduce(0) { $0 + $1.point.sum }
    }

    private mutating func record(_ value: Double) {
        state.recorder(of: series, .counter).add(value, count: 1)
        _ = state.endSecond(now: Timestamp(seconds: state.second))
    }

    @Test mutating func valuesAreSeenOnceAtEachStep() {
        record(3)
        let hasEnded = state.endSecond(now: Timestamp(seconds: 6_060))
        #expect(hasEnded)
        #expect(seen(state, stored: 10) == 13)
        let taken = state.beginWriting()
        #expect(taken == [100: [1: point(3)]])
        #expect(seen(state, stored: 10) == 13)
        // Nothing more leaves before the first has arrived.
        let second = state.beginWriting(withPresent: true)
        #expect(second.isEmpty)
        let count = state.writeCount
        state.mayBeWritten([100: [1: point(13)]])
        #expect(state.writeCount != count)
        // Whether the store has it already or not.
        #expect(seen(state, stored: 10) == 13)
        #expect(seen(state, stored: 13) == 13)
        state.endWriting()
        #expect(seen(state, stored: 13) == 13)
        let rest = state.beginWriting(withPresent: true)
        #expect(rest.isEmpty)
    }

    @Test mutating func refusedValuesWaitAndLeaveAgain() {
        record(3)
        _ = state.endSecond(now: Timestamp(seconds: 6_060))
        _ = state.beginWriting()
        state.mayBeWritten([100: [1: point(13)]])
        let count = state.writeCount
        state.isRefused()
        #expect(state.writeCount != count)
        #expect(seen(state, stored: 10) == 13)
        let lost = state.putBack()
        #expect(lost == 0)
        #expect(seen(state, stored: 10) == 13)
        let again = state.beginWriting()
        #expect(again == [100: [1: point(3)]])
    }

    @Test mutating func anHourWaitsAndNoMore() {
        var lost = 0
        for minute in Int64(101)...200 {
            record(1)
            _ = state.endSecond(now: Timestamp(seconds: minute * 60))
            _ = state.beginWriting()
            lost += state.putBack()
        }
        #expect(lost == 40)
        #expect(seen(state, stored: 0) == 60)
    }

    @Test func secondsTakeNoMoreThanTheirRoom() throws {
        var history = SecondHistory(bytesMax: 20_000)
        var point = MetricPoint()
        for value in 0..<200 { point.add(1.5 * Double(value)) }
        for minute in Int64(100)..<160 {
            for series in UInt32(1)...5 { history.add(point, to: series, at: minute * 60) }
            history.trim(now: minute * 60)
            #expect(history.byteCount <= 20_000)
        }
        var seconds: [Int64] = []
        try history.visit(1, in: 0..<20_000, withBuckets: false) { second, _ in seconds.append(second) }
        // The oldest have gone first.
        let count = Int64(seconds.count)
        #expect(seconds.sorted() == (160 - count..<160).map { $0 * 60 })
        #expect(count > 3 && count < 20)
    }
}
