import CEventPoll
import Foundation

/// A client of many connections on one thread: cheap, so that the processor's time is left to what is measured.
package final class LoadClient {
    /// When requests are sent.
    package enum Pace {
        /// Each connection sends as soon as it has its answer.
        case asFastAsAnswered
        /// A request is due every so often, whether or not earlier ones are answered. Its time counts from the moment it
        /// was due, also when all connections were busy: waiting in line is waiting (no coordinated omission).
        case perSecond(Double)
    }

    private final class Connection {
        let descriptor: Int32
        var received: [UInt8] = []
        /// Bytes of the whole answer, once its head is read.
        var expected: Int?
        /// When the request was due, in nanoseconds.
        var due: UInt64 = 0

        init(_ descriptor: Int32) { self.descriptor = descriptor }
    }

    private let poll: Int32
    private let timer: Int32
    private var connections: [Connection] = []
    private var idle: [Int] = []
    private var buffer = [UInt8](repeating: 0, count: 1 << 16)

    package init(port: UInt16, connectionCount: Int = 64) throws {
        poll = event_poll_create()
        timer = event_timer_create()
        try watch(timer, as: .max)
        for index in 0..<connectionCount {
            let descriptor = try connectToPort(port)
            connections.append(Connection(descriptor))
            try watch(descriptor, as: UInt64(index))
        }
    }

    deinit {
        for connection in connections { close(connection.descriptor) }
        close(timer)
        close(poll)
    }

    /// Sends requests for some seconds and waits for all answers.
    ///
    /// - Parameters:
    ///   - first: the number of the first request.
    ///   - count: most requests.
    /// - Throws: ``WrongAnswer`` when an answer is not 200 or the connection ends.
    package func run(
        _ requests: inout HTTPRequests, _ pace: Pace, seconds: Double, first: Int = 0, count: Int = .max
    ) throws -> (requests: Int, measured: Stretch) {
        var (sent, answered) = (0, 0)
        var latencies: [UInt32] = []
        latencies.reserveCapacity(1 << 20)
        idle = Array(connections.indices)
        let stopwatch = Stopwatch()
        let start = monotonicNanoseconds()
        let end = start + UInt64(seconds * 1e9)
        func due(_ request: Int) -> UInt64? {
            switch pace {
            case .asFastAsAnswered: return nil
            case .perSecond(let rate): return start + UInt64(Double(request) / rate * 1e9)
            }
        }
        var ready = [UInt64](repeating: 0, count: connections.count + 1)
        while true {
            var now = monotonicNanoseconds()
            while let index = idle.last {
                let moment = due(sent) ?? now
                guard moment <= now, moment < end, sent < count else { break }
                idle.removeLast()
                connections[index].due = moment
                try requests.withRequest(first + sent) { try send($0, connections[index].descriptor) }
                sent += 1
                now = monotonicNanoseconds()
            }
            let next = due(sent) ?? now
            if idle.count == connections.count, next >= end || sent == count { break }
            if !idle.isEmpty, next < end, sent < count, case .perSecond = pace { _ = event_timer_set(timer, next) }
            let count = event_poll_wait(poll, &ready, Int32(ready.count), 1_000)
            for index in ready.prefix(Int(max(count, 0))) {
                guard index != .max else {
                    var expirations: UInt64 = 0
                    _ = read(timer, &expirations, 8)
                    continue
                }
                let connection = connections[Int(index)]
                if try receive(connection) {
                    answered += 1
                    latencies.append(UInt32(clamping: (monotonicNanoseconds() - connection.due) / 1_000))
                    idle.append(Int(index))
                }
            }
        }
        return (sent, stopwatch.measured(answered * max(1, requests.ordersPerRequest), latencies: latencies))
    }

    private func watch(_ descriptor: Int32, as number: UInt64) throws {
        guard event_poll_add(poll, descriptor, number) == 0 else { throw failure("poll") }
    }

    private func send(_ bytes: UnsafeRawBufferPointer, _ descriptor: Int32) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = Glibc.send(
                descriptor, rest.base.baseAddress! + rest.startIndex, rest.count, Int32(MSG_NOSIGNAL))
            guard written > 0 else { throw failure("send") }
            rest = rest.dropFirst(written)
        }
    }

    /// - Returns: whether the answer is whole.
    private func receive(_ connection: Connection) throws -> Bool {
        let count = recv(connection.descriptor, &buffer, buffer.count, 0)
        guard count > 0 else { throw failure("receive") }
        connection.received += buffer[..<count]
        if connection.expected == nil { connection.expected = try answerBytes(connection.received) }
        guard let expected = connection.expected, connection.received.count >= expected else { return false }
        guard connection.received.starts(with: "HTTP/1.1 200".utf8) else {
            throw WrongAnswer("sluice answered: \(String(decoding: connection.received.prefix(2_000), as: UTF8.self))")
        }
        connection.received.removeAll(keepingCapacity: true)
        connection.expected = nil
        return true
    }

    /// Bytes of head and body; nil while the head is not whole.
    private func answerBytes(_ received: [UInt8]) throws -> Int? {
        let name = Array("content-length:".utf8)
        var length: Int?
        var lineStart = 0
        var index = 0
        while index + 1 < received.count {
            guard received[index] == 13, received[index + 1] == 10 else {
                index += 1
                continue
            }
            if index == lineStart {
                guard let length else { throw WrongAnswer("An answer of sluice has no Content-Length.") }
                return index + 2 + length
            }
            let line = received[lineStart..<index]
            if line.count > name.count, zip(line, name).allSatisfy({ $0 | 32 == $1 || $0 == $1 }) {
                length = line.dropFirst(name.count).reduce(0) { 48...57 ~= $1 ? $0 * 10 + Int($1 - 48) : $0 }
            }
            index += 2
            lineStart = index
        }
        return nil
    }

    private func failure(_ operation: String) -> WrongAnswer {
        WrongAnswer("The connection to sluice failed: \(operation): \(String(cString: strerror(errno))).")
    }
}
