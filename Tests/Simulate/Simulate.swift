import Dispatch
import Foundation
import Synchronization

/// Runs the pipes' simulation for many seeds on every core: `simulate 100000`, or `simulate 417-417` for one run.
@main struct Simulate {
    static func main() {
        guard CommandLine.arguments.count == 2, let seeds = Seeds.range(CommandLine.arguments[1]) else {
            say("simulate: give a number of seeds or a range, for example: simulate 100000, simulate 417-417")
            exit(2)
        }
        let parts = Seeds.ranges(of: seeds, count: 200)
        let progress = Progress(of: seeds.count)
        let stories = Mutex<[String]>([])
        DispatchQueue.concurrentPerform(iterations: parts.count) { index in
            for seed in parts[index] {
                // One broken run says enough.
                guard stories.withLock(\.isEmpty) else { return }
                do {
                    if let story = try PipelineSimulation.brokenLaw(seed: seed) {
                        stories.withLock { $0.append(story) }
                    }
                } catch {
                    stories.withLock { $0.append("seed \(seed): \(error)") }
                }
            }
            progress.add(parts[index].count)
        }
        guard stories.withLock(\.isEmpty) else {
            print(stories.withLock { $0[0] })
            exit(1)
        }
        print("\(seeds.count) seeds, no law broken")
    }

    fileprivate static func say(_ line: String) { FileHandle.standardError.write(Data("\(line)\n".utf8)) }
}

/// Says how far the runs are, every twentieth part of them.
private final class Progress: Sendable {
    private let total: Int
    private let done = Mutex(0)

    init(of total: Int) { self.total = total }

    func add(_ count: Int) {
        let (before, now) = done.withLock { done in
            done += count
            return (done - count, done)
        }
        if before * 20 / total != now * 20 / total { Simulate.say("\(now) of \(total) seeds") }
    }
}
