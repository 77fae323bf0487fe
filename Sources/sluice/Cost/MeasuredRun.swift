import Costs
import Engine
import Foundation

/// What pipes have done: of a running engine, or of a run whose `--json` was kept.
struct MeasuredRun {
    struct Pipe: Decodable {
        let name: String
        let read: Int64
        let filteredOut: Int64
        let deadLettered: Int64
        let retried: Int64

        var passed: Int64 { read - filteredOut }
    }

    /// What `sluice demo --json` prints, as far as it matters here.
    private struct Demo: Decodable {
        let pipes: [Pipe]
        let orders: Int64?
        let events: Int64?
        let shopEvents: Int64?
        /// Writes that an earlier run on the same folder had done.
        let skippedWrites: Int64?
    }

    /// Where it comes from, for messages.
    let name: String
    let pipes: [Pipe]
    /// Of the writes, how many changed an order; nil where it is not told: a run that went on with the folder of an earlier one has
    /// not written all of its orders itself.
    let updates: Share?

    /// - Parameter input: what `sluice demo --json`, `sluice pipes list --json` or `GET /_sluice/status` gave.
    init(_ input: JSONInput) throws(FilterInputError) {
        let data = Data(input.bytes)
        let decoder = JSONDecoder()
        name = input.name
        if let demo = try? decoder.decode(Demo.self, from: data) {
            pipes = demo.pipes
            let writes = (demo.events ?? 0) + (demo.shopEvents ?? 0)
            let isWhole = (demo.skippedWrites ?? 0) == 0
            updates = demo.orders.flatMap { writes > 0 && isWhole ? Share(writes - min($0, writes), of: writes) : nil }
        } else if let list = try? decoder.decode([Pipe].self, from: data) {
            pipes = list
            updates = nil
        } else {
            throw FilterInputError(
                "\(input.name) has no list of pipes with name, read, filteredOut, deadLettered and retried; give what sluice demo"
                    + " --json or sluice pipes list --json printed.")
        }
        try check()
    }

    init(_ report: EngineReport, of url: String) throws(FilterInputError) {
        name = url
        pipes = report.pipes.map {
            Pipe(
                name: $0.name, read: Int64($0.read), filteredOut: Int64($0.filteredOut),
                deadLettered: Int64($0.deadLettered), retried: Int64($0.retried))
        }
        updates = nil
        try check()
    }

    private func check() throws(FilterInputError) {
        for pipe in pipes {
            guard (0...1 << 48).contains(pipe.read), (0...pipe.read).contains(pipe.filteredOut),
                (0...1 << 48).contains(pipe.retried), (0...pipe.read).contains(pipe.deadLettered)
            else {
                throw FilterInputError(
                    "\(name): the counts of \(pipe.name) do not add up; give the JSON of a run as it was printed.")
            }
        }
        guard pipes.contains(where: { $0.read > 0 }) else {
            throw FilterInputError("\(name): no pipe has read anything; let it run first, or give --pass.")
        }
    }

    /// By the names of pipes; those that have read nothing are not there.
    var passes: [String: Share] {
        Dictionary(
            pipes.filter { $0.read > 0 }.map { ($0.name, Share($0.passed, of: $0.read)) },
            uniquingKeysWith: { first, _ in first })
    }

    var retries: Share { share(\.retried) }
    var deadLetters: Share { share(\.deadLettered) }

    private func share(_ count: KeyPath<Pipe, Int64>) -> Share {
        let passed = pipes.reduce(0) { $0 + $1.passed }
        return passed == 0 ? .none : Share(pipes.reduce(0) { $0 + $1[keyPath: count] }, of: passed)
    }
}
