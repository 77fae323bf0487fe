import Costs
import TestSupport
import Testing

@testable import Capacity

/// A plan with the steps that lead to it.
struct WorkedPlan: Sendable, CustomTestStringConvertible {
    let name: String
    let pipeline: Pipeline
    let load: Load
    /// What has to change, as `place: property from -> to`.
    let advice: [String]?
    let steps: String

    var testDescription: String { name }

    init(
        _ name: String, _ pipeline: Pipeline, ordersPerSecondThousandths: Int64,
        load change: (inout Load) -> Void = { _ in }, advice: [String]? = nil, _ steps: String
    ) {
        self.name = name
        self.pipeline = pipeline
        self.advice = advice
        self.steps = steps
        var load = Load(writesPerSecondThousandths: ordersPerSecondThousandths)
        load.functions["f"] = Load.Function(callMicroseconds: 100_000, recordMicroseconds: 0)
        change(&load)
        self.load = load
    }
}

extension Pipeline {
    /// A table without anything, a pipe with batches of ten, and a function.
    static func one(_ change: (inout Pipeline) -> Void = { _ in }) -> Pipeline {
        var pipeline = Pipeline(
            table: Table(name: "t"), functions: [Function(name: "f", memoryMegabytes: 1_024, architecture: .x86)],
            pipes: [Pipe(name: "p", batchSize: 10, target: .function("f"))])
        change(&pipeline)
        return pipeline
    }
}

@Suite struct WorkedPlanTests {
    @Test(arguments: WorkedPlan.all) func thePlanIsWhatTheStepsSay(_ worked: WorkedPlan) throws {
        let steps = try WorkedArithmetic(worked.steps)
        let plan = CapacityPlan(worked.pipeline, worked.load)
        let pipe = plan.pipes[0]
        func expect(_ name: String, _ value: Double?, sourceLocation: SourceLocation = #_sourceLocation) throws {
            let expected = try #require(steps[name], "\(name)", sourceLocation: sourceLocation).double
            let value = try #require(value, "\(name)", sourceLocation: sourceLocation)
            #expect(
                abs(value - expected) <= 1e-9 * max(1, abs(expected)), "\(name): \(value), not \(expected)",
                sourceLocation: sourceLocation)
        }
        try expect("units", plan.writeUnitsPerSecond)
        try expect("passed", pipe.recordsPassed)
        try expect("lanes", Double(pipe.lanes))
        try expect("batches", pipe.batches)
        try expect("fill", pipe.batchFill)
        try expect("busy", pipe.batchMilliseconds)
        try expect("concurrency", pipe.concurrency)
        try expect("inuse", pipe.utilization)
        try expect("carries", pipe.ordersPerSecondMax)
        try expect("headroom", pipe.headroom)
        // A pipe either has a latency or falls behind.
        if steps["latency"] != nil {
            try expect("latency", pipe.latency?.total)
            #expect(pipe.hoursUntilLoss == nil)
        } else {
            try expect("loss", pipe.hoursUntilLoss)
            #expect(pipe.latency == nil)
        }
        if steps["functions"] != nil { try expect("functions", plan.functionConcurrency) }
        if steps["environments"] != nil {
            try expect("environments", plan.limits.first { $0.limit == "1,000 functions at a time" }?.ordersPerSecond)
        }
        if steps["calls"] != nil {
            try expect("calls", plan.limits.first { $0.limit == "10,000 calls of functions/s" }?.ordersPerSecond)
        }
        if let batch = steps["batch"] { #expect(batch.double == Double(pipe.batchRecordsMax)) }
        if let advice = worked.advice {
            let found = plan.advice.filter { $0.property != "ReservedConcurrentExecutions" }
            #expect(found.map { "\($0.place): \($0.property) \($0.from) -> \($0.to)" } == advice)
            for name in ["factor", "size", "write"] {
                guard let value = steps[name] else { continue }
                #expect(found.contains { $0.to == "\(value.floor)" }, "\(name)")
            }
        }
    }
}
