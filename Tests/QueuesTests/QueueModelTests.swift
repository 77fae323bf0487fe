import TestSupport
import Testing

@testable import Queues

/// The state against a slow obvious one, on random requests.
@Suite struct QueueModelTests {
    /// Messages in a list, looked through from the beginning each time.
    private struct Model {
        struct Message {
            let place: UInt64
            var sentAt: Int64
            let group: String
            var visibleAt: Int64
            var receiveCount = 0
            var receipt: UInt32 = 0
            var isLeaving = false
        }

        let isFIFO: Bool
        let retention: Int64
        var messages: [Message] = []

        mutating func advance(to now: Int64) -> Set<UInt64> {
            let expired = messages.filter { !$0.isLeaving && $0.sentAt + retention < now }.map(\.place)
            messages.removeAll { expired.contains($0.place) }
            return Set(expired)
        }

        /// What waits has as long to go as before, and what is visible stays so.
        mutating func setBack(from latest: Int64, to now: Int64) {
            for place in messages.indices {
                let visibleAt = messages[place].visibleAt
                messages[place].visibleAt = visibleAt > latest ? visibleAt - (latest - now) : min(visibleAt, now)
            }
        }

        func isOut(_ message: Message, _ now: Int64) -> Bool {
            message.isLeaving || message.receipt != 0 && message.visibleAt > now
        }

        mutating func receive(_ limit: Int, _ timeout: Int64, _ maxReceiveCount: Int?, _ now: Int64)
            -> (delivered: [UInt64], exhausted: [UInt64])
        {
            var (delivered, exhausted): ([UInt64], [UInt64]) = ([], [])
            func take(_ place: Int) {
                if let maxReceiveCount, messages[place].receiveCount >= maxReceiveCount {
                    messages[place].isLeaving = true
                    exhausted.append(messages[place].place)
                } else {
                    // The clock was ahead when it was sent.
                    messages[place].sentAt = min(messages[place].sentAt, now)
                    messages[place].receiveCount += 1
                    messages[place].visibleAt = now + timeout
                    delivered.append(messages[place].place)
                }
            }
            guard isFIFO else {
                for place in messages.indices
                where delivered.count < limit && !messages[place].isLeaving && messages[place].visibleAt <= now {
                    take(place)
                }
                return (delivered, exhausted)
            }
            // Groups in the order of their first messages; each gives from its beginning.
            var seen: Set<String> = []
            let blocked = Set(messages.filter { isOut($0, now) }.map(\.group))
            for message in messages where seen.insert(message.group).inserted && !blocked.contains(message.group) {
                for place in messages.indices where messages[place].group == message.group {
                    guard delivered.count < limit, messages[place].visibleAt <= now else { break }
                    take(place)
                }
            }
            return (delivered, exhausted)
        }
    }

    @Test(arguments: [true, false], 1...40 as ClosedRange<UInt64>)
    func theStateDoesWhatTheModelDoes(isFIFO: Bool, seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var state = QueueState(isFIFO: isFIFO, retention: 5_000)
        var model = Model(isFIFO: isFIFO, retention: 5_000)
        var now: Int64 = 0
        var nextPlace: UInt64 = 1
        for step in 0..<400 {
            let latest = now
            now += .random(in: 0...200, using: &random)
            if step % 50 == 49 { now -= .random(in: 0...2_000, using: &random) }
            if now < latest { model.setBack(from: latest, to: now) }
            let expired = Set(state.advance(to: now))
            #expect(expired == model.advance(to: now), "seed \(seed), step \(step)")
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<4:
                let group = "g\(Int.random(in: 0..<4, using: &random))"
                // A FIFO queue has one delay for all.
                let delay: UInt32 = isFIFO ? 100 : .random(in: 0...300, using: &random)
                state.insert(
                    MessageRecord(
                        place: nextPlace, sentAt: now, visibleAfter: delay, group: isFIFO ? group : nil), now: now)
                model.messages.append(
                    .init(place: nextPlace, sentAt: now, group: group, visibleAt: now + Int64(delay)))
                nextPlace += 1
            case 4..<7:
                let limit = Int.random(in: 1...4, using: &random)
                let timeout = Int64.random(in: 1...600, using: &random)
                let found = state.receive(
                    limit: limit, timeout: timeout, maxReceiveCount: 3, now: now, using: &random)
                let expected = model.receive(limit, timeout, 3, now)
                #expect(found.delivered.map(\.place) == expected.delivered, "seed \(seed), step \(step)")
                #expect(found.exhausted.map(\.place) == expected.exhausted, "seed \(seed), step \(step)")
                for record in found.delivered {
                    let place = model.messages.firstIndex { $0.place == record.place }!
                    model.messages[place].receipt = record.receipt
                    #expect(Int(record.receiveCount) == model.messages[place].receiveCount)
                }
            case 7:
                guard let place = model.messages.indices.randomElement(using: &random) else { continue }
                let timeout = Int64.random(in: 0...600, using: &random)
                let message = model.messages[place]
                guard message.receipt != 0, !message.isLeaving, message.visibleAt > now else { continue }
                #expect(
                    state.changeVisibility(message.receipt, of: message.place, timeout: timeout, now: now) == .changed)
                model.messages[place].visibleAt = now + timeout
            case 8:
                guard let place = model.messages.indices.randomElement(using: &random) else { continue }
                let message = model.messages[place]
                #expect(state.beginLeaving(place: message.place) == !message.isLeaving)
                model.messages[place].isLeaving = true
            default:
                guard let message = model.messages.filter(\.isLeaving).randomElement(using: &random) else { continue }
                state.finishLeaving(place: message.place)
                model.messages.removeAll { $0.place == message.place }
            }
            let out = model.messages.count { model.isOut($0, now) }
            #expect(state.notVisibleCount == out, "seed \(seed), step \(step)")
            #expect(state.count == model.messages.count, "seed \(seed), step \(step)")
        }
    }
}
