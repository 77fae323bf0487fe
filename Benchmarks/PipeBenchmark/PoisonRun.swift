import BenchmarkSupport
import Foundation

/// One order that always fails among good ones, and what the good ones notice of it.
struct PoisonRun {
    private static let poison = "the-poison"
    private static let fallMax = 0.1

    let stage: Stage
    let goodCount: Int

    func run(_ report: FigureReport) throws {
        let clean = try seconds(hasPoison: false)
        let poisoned = try seconds(hasPoison: true)
        let fall = 1 - clean / poisoned
        report.add("\(goodCount) good orders, two lanes, a function of 30 ms", Double(goodCount) / clean, "records/s")
        report.add("the same with one that always fails", Double(goodCount) / poisoned, "records/s")
        // Of all lanes, the one that the poison holds up among them: the others' fall is less.
        report.add("fall of the rate", fall * 100, "%", wanted: "< 10", holds: fall < Self.fallMax)
    }

    private func seconds(hasPoison: Bool) throws -> Double {
        let setting = Stage.Setting(lanes: 2, delayMilliseconds: 30, poison: hasPoison ? Self.poison : "")
        var seconds = 0.0
        try stage.run(setting) { sluice in
            let half = goodCount / 50
            try sluice.write(orders: half * 25)
            if hasPoison {
                try sluice.request(
                    "POST", "/",
                    headers: ["X-Amz-Target: DynamoDB_20120810.PutItem", "Content-Type: application/x-amz-json-1.0"],
                    #"{"TableName":"Orders","Item":{"orderId":{"S":"\#(Self.poison)"},"timestamp":{"N":"1"}}}"#)
            }
            try sluice.write(orders: goodCount - half * 25, firstRequest: half)
            let (taken, pipe) = try sluice.drain()
            guard pipe.delivered == goodCount, pipe.deadLettered == (hasPoison ? 1 : 0), pipe.dropped == 0 else {
                throw WrongAnswer(
                    "Of \(goodCount) good orders \(pipe.delivered) were delivered, and \(pipe.deadLettered) died.")
            }
            if hasPoison { try checkQueue(sluice) }
            seconds = taken
        }
        return seconds
    }

    /// The poison is alone in the dead-letter queue.
    private func checkQueue(_ sluice: SluiceProcess) throws {
        let text = String(
            decoding: try sluice.request(
                "POST", "/_sluice/dlq/page", headers: ["Content-Type: application/json"], "{}"), as: UTF8.self)
        guard text.components(separatedBy: Self.poison).count == 2 else {
            throw WrongAnswer("The dead letters are not the poison alone: \(text)")
        }
    }
}
