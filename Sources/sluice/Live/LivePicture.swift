import Engine
import Foundation

/// Live figures as a picture of text, and as one line.
struct LivePicture {
    let figures: LiveFigures

    /// A table for each kind of thing, with what concerns nobody left out: queues without a message and alarms that are OK are
    /// counted only.
    ///
    /// - Parameter now: milliseconds since 1970.
    func lines(now: Int64) -> [TextLine] {
        var blocks = [tables, pipes, functions, queues].filter { $0.count > 1 }
        blocks.append(alarms(now))
        return blocks.enumerated().flatMap { $0.offset == 0 ? $0.element : [TextLine("")] + $0.element }
    }

    /// All of it in short.
    var summary: String {
        var parts: [String] = []
        let changes = figures.tables.compactMap(\.changesPerSecond).reduce(0, +)
        parts.append("\(Self.rate(changes)) changes/s")
        for pipe in figures.pipes {
            var text = "\(pipe.name) "
            if pipe.currentState != "RUNNING" {
                text += pipe.currentState
            } else {
                text += "\(Self.rate(pipe.deliveredPerSecond ?? 0))/s"
                if let share = pipe.filteredOutShare { text += ", \(Self.percent(share)) filtered out" }
                let rest = pipe.behind + pipe.inFlight
                if rest > 0 { text += ", \(Figures.count(rest)) to go" }
            }
            parts.append(text)
        }
        let dead = figures.pipes.reduce(0) { $0 + $1.deadLettered }
        if dead > 0 { parts.append("\(Figures.count(dead)) dead-lettered") }
        let alarms = figures.alarmsInAlarm
        if let first = alarms.first {
            parts.append(alarms.count == 1 ? "ALARM \(first.name)" : "ALARM \(first.name) and \(alarms.count - 1) more")
        }
        return parts.joined(separator: " · ")
    }

    private var tables: [TextLine] {
        TextTable.lines(
            ["TABLE", "CHANGES/S", "CHANGES"],
            figures.tables.filter { $0.changes > 0 }.map {
                [$0.name, Self.rate($0.changesPerSecond), Figures.count($0.changes)]
            })
    }

    private var pipes: [TextLine] {
        TextTable.lines(
            [
                "PIPE", "STATE", "READ/S", "FILTERED", "DELIVERED/S", "RETRIED/S", "DEAD", "DROPPED", "IN FLIGHT",
                "BEHIND", "LAG", "P50", "P99",
            ],
            figures.pipes.map { pipe in
                [
                    pipe.name, pipe.currentState, Self.rate(pipe.readPerSecond),
                    pipe.filteredOutShare.map(Self.percent) ?? "-", Self.rate(pipe.deliveredPerSecond),
                    Self.rate(pipe.retriedPerSecond), Figures.count(pipe.deadLettered), Figures.count(pipe.dropped),
                    Figures.count(pipe.inFlight), Figures.count(pipe.behind),
                    String(format: "%.1f s", pipe.lagSeconds), Figures.milliseconds(pipe.latencyMilliseconds.p50),
                    Figures.milliseconds(pipe.latencyMilliseconds.p99),
                ]
            })
    }

    private var functions: [TextLine] {
        TextTable.lines(
            ["FUNCTION", "CALLS/S", "ERRORS", "THROTTLES", "PROCESSES", "BUSY", "WAITING"],
            figures.functions.map { function in
                [
                    function.name, Self.rate(function.invocationsPerSecond), Figures.count(function.errors),
                    Figures.count(function.throttles), Figures.count(function.environments),
                    Figures.count(function.busy), Figures.count(function.waiting),
                ]
            })
    }

    private var queues: [TextLine] {
        let full = figures.queues.filter { $0.approximateNumberOfMessages > 0 }
        let rest = figures.queues.count - full.count
        var lines = TextTable.lines(
            ["QUEUE", "MESSAGES"], full.map { [$0.name, Figures.count($0.approximateNumberOfMessages)] })
        if rest > 0 { lines.append(TextLine("\(rest) \(rest == 1 ? "queue has" : "queues have") none")) }
        return lines
    }

    private func alarms(_ now: Int64) -> [TextLine] {
        guard !figures.alarms.isEmpty else { return [TextLine("no alarms")] }
        let told = figures.alarmsInAlarm.map { alarm in
            TextLine("ALARM  \(alarm.name), for \(Self.age(now - alarm.since))", style: .alert)
        }
        let counts = ["OK", "INSUFFICIENT_DATA"].compactMap { state -> String? in
            let count = figures.alarms.filter { $0.state == state }.count
            return count == 0 ? nil : "\(count) \(state)"
        }
        return [TextLine("ALARMS", style: .heading)] + told
            + (counts.isEmpty ? [] : [TextLine(counts.joined(separator: ", "))])
    }

    private static func rate(_ value: Double?) -> String {
        value.map { $0 >= 10 || $0 == 0 ? Figures.count(Int($0.rounded())) : String(format: "%.1f", $0) } ?? "-"
    }

    private static func percent(_ share: Double) -> String { String(format: "%.1f %%", 100 * share) }

    /// Such as `3 min`.
    private static func age(_ milliseconds: Int64) -> String {
        switch max(0, milliseconds / 1_000) {
        case let seconds where seconds < 120: "\(seconds) s"
        case let seconds where seconds < 7_200: "\(seconds / 60) min"
        case let seconds where seconds < 172_800: "\(seconds / 3_600) h"
        case let seconds: "\(seconds / 86_400) days"
        }
    }
}
