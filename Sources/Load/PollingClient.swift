internal import CEventPoll

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Sends a load's requests over many connections from one thread, without TLS.
///
/// One system call to send a request and one to receive its answer, shared ones to wait: 15,000 requests a second cost
/// about a quarter of a core, so that on a small machine the processor is left to what is measured. Linux only.
public final class PollingClient {
    private enum State {
        /// Not there; tried again with the next tick.
        case down
        case connecting
        case idle
        case busy(LoadRun.Request, since: UInt64)
    }

    private final class Connection {
        var descriptor: Int32 = -1
        var state = State.down
        var turn: AddressTurn
        var parser = AnswerParser()
        /// The request that is sent, and how much of it.
        var outgoing: [UInt8] = []
        var sent = 0
        /// Whether the poll tells of room to write.
        var waitsForRoom = false

        init(turn: AddressTurn) { self.turn = turn }

        var isDown: Bool {
            guard case .down = state else { return false }
            return true
        }
    }

    /// How often connections are looked after and the progress is shown.
    private static let tickNanoseconds: UInt64 = 100_000_000
    private static let timerTag = UInt64.max

    private let writer: RequestWriter
    private let addresses: [SocketAddress]
    private let poll: Int32
    private let timer: Int32
    private var connections: [Connection] = []
    private var idle: [Int] = []
    private var buffer = [UInt8](repeating: 0, count: 1 << 16)
    private var start: UInt64 = 0
    private var timerMoment: UInt64 = .max

    /// - Parameter connectionCount: most requests under way at a time, 1 or more.
    /// - Throws: ``LoadError`` where the system has no epoll, does not know the host or allows fewer connections.
    public init(host: String, port: UInt16, connectionCount: Int, writer: RequestWriter) throws(LoadError) {
        self.writer = writer
        addresses = SocketAddress.resolve(host: host, port: port)
        poll = event_poll_create()
        timer = event_timer_create()
        guard poll >= 0, timer >= 0, event_poll_add(poll, timer, Self.timerTag) == 0 else {
            throw LoadError("This system has no epoll (\(String(cString: strerror(errno)))); run the load on Linux.")
        }
        guard !addresses.isEmpty else {
            throw LoadError("The host \(host) is not known; check --endpoint-url.")
        }
        try DescriptorLimit.makeRoom(for: connectionCount)
        let addressCount = addresses.count
        connections = (0..<connectionCount).map {
            Connection(turn: AddressTurn(count: addressCount, first: $0))
        }
    }

    deinit {
        for connection in connections where connection.descriptor >= 0 { close(connection.descriptor) }
        if timer >= 0 { close(timer) }
        if poll >= 0 { close(poll) }
    }

    /// Whether this system can run it.
    public static var isAvailable: Bool {
        let poll = event_poll_create()
        if poll >= 0 { close(poll) }
        return poll >= 0
    }

    /// Opens the connections, runs a load to its end on the calling thread, and returns what came of it.
    public func run(_ load: LoadRun, control: LoadControl) -> LoadRun {
        var load = load
        openAll()
        start = monotonicNanoseconds()
        timerMoment = .max
        var nextTick: UInt64 = 0
        var tags = [UInt64](repeating: 0, count: 128)
        while true {
            var now = elapsed
            if now >= nextTick {
                tick(&load, now, control)
                nextTick = now + Self.tickNanoseconds
            }
            while let index = idle.last, let request = load.take(now: now) {
                idle.removeLast()
                send(request, index, &load, now)
                now = elapsed
            }
            if load.isOver { break }
            wake(at: idle.isEmpty ? nextTick : min(load.nextDue ?? .max, nextTick))
            let count = event_poll_wait(poll, &tags, Int32(tags.count), 1_000)
            for tag in tags.prefix(Int(max(count, 0))) {
                if tag == Self.timerTag {
                    clearTimer()
                } else {
                    serve(Int(tag), &load)
                }
            }
        }
        load.closeSeconds()
        _ = control.show(load.progress(now: elapsed))
        return load
    }

    private var elapsed: UInt64 { monotonicNanoseconds() - start }

    private func wake(at moment: UInt64) {
        guard moment != timerMoment else { return }
        timerMoment = moment
        _ = event_timer_set(timer, start + moment)
    }

    private func clearTimer() {
        var expirations: UInt64 = 0
        _ = read(timer, &expirations, MemoryLayout<UInt64>.size)
        timerMoment = .max
    }

    private func tick(_ load: inout LoadRun, _ now: UInt64, _ control: LoadControl) {
        for index in connections.indices {
            switch connections[index].state {
            case .down: connect(index)
            case .busy(_, let since) where since + LoadRun.patienceNanoseconds < now:
                fail(index, &load, WriteOutcome.ErrorType.timeout)
            case .connecting, .idle, .busy: break
            }
        }
        load.giveUp(now: now)
        load.closeSeconds()
        if control.show(load.progress(now: now)) { load.stop(now: now) }
    }

    // MARK: Connections

    /// Waits for the connections, so that the first requests do not measure how they are opened; not for long, since a
    /// host that does not answer must not keep the load from beginning, nor one that refuses at all of its addresses.
    private func openAll() {
        start = monotonicNanoseconds()
        for index in connections.indices { connect(index) }
        var tags = [UInt64](repeating: 0, count: 128)
        while idle.count < connections.count, !connections.contains(where: \.isDown), elapsed < 3_000_000_000 {
            wake(at: elapsed + Self.tickNanoseconds)
            let count = event_poll_wait(poll, &tags, Int32(tags.count), 1_000)
            for tag in tags.prefix(Int(max(count, 0))) {
                if tag == Self.timerTag {
                    clearTimer()
                } else {
                    finishConnecting(Int(tag))
                }
            }
        }
    }

    /// Begins a connection, to the next address where one fails at once; leaves it down when all have failed.
    private func connect(_ index: Int) {
        let connection = connections[index]
        repeat {
            let descriptor = addresses[connection.turn.index].beginConnection()
            guard descriptor >= 0 else { continue }
            guard event_poll_add(poll, descriptor, UInt64(index)) == 0 else {
                close(descriptor)
                continue
            }
            connection.descriptor = descriptor
            connection.state = .connecting
            waitForRoom(index, true)
            return
        } while connection.turn.fail()
    }

    private func finishConnecting(_ index: Int) {
        let connection = connections[index]
        guard case .connecting = connection.state else { return }
        guard SocketAddress.isConnected(connection.descriptor) else {
            take(down: connection)
            if connection.turn.fail() { connect(index) }
            return
        }
        connection.turn.succeed()
        waitForRoom(index, false)
        connection.state = .idle
        idle.append(index)
    }

    private func take(down connection: Connection) {
        close(connection.descriptor)
        connection.descriptor = -1
        connection.state = .down
        connection.waitsForRoom = false
        connection.parser.removeAll()
    }

    private func waitForRoom(_ index: Int, _ waits: Bool) {
        let connection = connections[index]
        guard connection.waitsForRoom != waits else { return }
        connection.waitsForRoom = waits
        _ = event_poll_set(poll, connection.descriptor, UInt64(index), waits ? 1 : 0)
    }

    /// Ends a connection whose request, if it has one, got no answer.
    private func fail(_ index: Int, _ load: inout LoadRun, _ type: String) {
        let connection = connections[index]
        switch connection.state {
        case .busy(let request, _):
            load.end(request, .failed(type: type, isUncertain: true), now: elapsed)
        case .idle: idle.removeAll { $0 == index }
        case .down, .connecting: break
        }
        take(down: connection)
        connect(index)
    }

    // MARK: Requests and answers

    private func send(_ request: LoadRun.Request, _ index: Int, _ load: inout LoadRun, _ now: UInt64) {
        let connection = connections[index]
        writer.write(request.writes, to: &connection.outgoing)
        connection.sent = 0
        connection.state = .busy(request, since: now)
        sendRest(index, &load)
    }

    private func sendRest(_ index: Int, _ load: inout LoadRun) {
        let connection = connections[index]
        while connection.sent < connection.outgoing.count {
            let count = connection.outgoing.withUnsafeBytes { bytes in
                #if canImport(Glibc)
                    Glibc.send(
                        connection.descriptor, bytes.baseAddress! + connection.sent, bytes.count - connection.sent,
                        Int32(MSG_NOSIGNAL))
                #else
                    Darwin.send(
                        connection.descriptor, bytes.baseAddress! + connection.sent, bytes.count - connection.sent, 0)
                #endif
            }
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN || errno == EWOULDBLOCK { break }
            guard count > 0 else { return fail(index, &load, WriteOutcome.ErrorType.connection) }
            connection.sent += count
        }
        waitForRoom(index, connection.sent < connection.outgoing.count)
    }

    /// Does what a descriptor is ready for.
    private func serve(_ index: Int, _ load: inout LoadRun) {
        let connection = connections[index]
        switch connection.state {
        case .down: return
        case .connecting:
            finishConnecting(index)
            return
        case .busy where connection.sent < connection.outgoing.count:
            // What has come meanwhile is told again.
            sendRest(index, &load)
            return
        case .idle, .busy: break
        }
        let count = recv(connection.descriptor, &buffer, buffer.count, 0)
        if count < 0, errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR { return }
        guard count > 0, case .busy(let request, _) = connection.state else {
            // Closed, or bytes that nobody has asked for.
            return fail(index, &load, WriteOutcome.ErrorType.connection)
        }
        switch connection.parser.append(buffer[..<count]) {
        case .incomplete: return
        case .unreadable: fail(index, &load, WriteOutcome.ErrorType.unreadable)
        case .complete(let status, let body, let closes):
            let outcome = connection.parser.outcome(status, body, isBatch: load.batch > 1)
            connection.parser.removeAll()
            connection.state = .idle
            load.end(request, outcome, now: elapsed)
            if closes {
                take(down: connection)
                connect(index)
            } else {
                idle.append(index)
            }
        }
    }
}
