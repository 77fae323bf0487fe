@testable import Pipes

extension PipelineSimulation {
    /// Runs a seed. Nil when every law holds; otherwise which one does not, the plan, and what happened last.
    static func brokenLaw(seed: UInt64) throws -> String? {
        var simulation = try PipelineSimulation(seed: seed)
        do {
            try simulation.run()
            return nil
        } catch let broken as LawBroken {
            // The same run again, telling what happens.
            var second = try PipelineSimulation(seed: seed, isTracing: true)
            try? second.run()
            return """
                \(broken), step \(simulation.surroundings.stepCount)
                \(simulation.plan)
                repeat: make simulate SEEDS=\(seed)-\(seed)
                \(second.surroundings.trace.suffix(25).joined(separator: "\n"))
                """
        }
    }
}
