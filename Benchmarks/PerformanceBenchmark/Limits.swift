import BenchmarkSupport
import Foundation

/// What the machine can do at most, measured in the same run as what is held against it. Each is measured once, when it is asked
/// for first.
final class Limits {
    /// Requests whose bytes the responder gets.
    enum Requests: Hashable {
        case put
        /// Of 25 orders.
        case batch
        case message
    }

    /// A server that does nothing but HTTP, with a client that does nothing but send and count.
    struct HTTP {
        let requestsPerSecond: Double
        let ordersPerRequest: Int
        let p50Milliseconds: Double?
        let p99Milliseconds: Double?
        /// Processor time for each request.
        let responderMicroseconds: Double
        let clientMicroseconds: Double

        var ordersPerSecond: Double { requestsPerSecond * Double(ordersPerRequest) }
        /// Of server and client, for each order.
        var microsecondsPerOrder: Double { (responderMicroseconds + clientMicroseconds) / Double(ordersPerRequest) }
    }

    private struct Key: Hashable {
        let requests: Requests
        let connections: Int
    }

    private let effort: Effort
    private let folder: String?
    private let programs: Programs
    private var measuredHTTP: [Key: HTTP] = [:]
    private var measuredRaw: [TableFigure]?

    init(effort: Effort, folder: String?, programs: Programs) {
        self.effort = effort
        self.folder = folder
        self.programs = programs
    }

    func http(_ requests: Requests, connections: Int = 64) throws -> HTTP {
        let key = Key(requests: requests, connections: connections)
        if let measured = measuredHTTP[key] { return measured }
        let measured = try measure(key)
        measuredHTTP[key] = measured
        return measured
    }

    private func measure(_ key: Key) throws -> HTTP {
        let orders = Orders()
        var requests =
            switch key.requests {
            case .put: HTTPRequests.put(orders)
            case .batch: HTTPRequests.batch(orders)
            case .message: HTTPRequests.send(orders, to: "jobs")
            }
        let responder = try BareResponder()
        defer { responder.stop() }
        let client = try LoadClient(port: responder.port, connectionCount: key.connections)
        let warmUp = try client.run(&requests, .asFastAsAnswered, seconds: 0.5).requests
        let before = responder.processorSeconds
        let (count, measured) = try client.run(
            &requests, .asFastAsAnswered, seconds: effort(2, 8), first: warmUp)
        return HTTP(
            requestsPerSecond: Double(count) / measured.seconds,
            ordersPerRequest: max(1, requests.ordersPerRequest),
            p50Milliseconds: measured.percentile(50), p99Milliseconds: measured.percentile(99),
            responderMicroseconds: (responder.processorSeconds - before) / Double(count) * 1e6,
            clientMicroseconds: measured.processorSeconds / Double(count) * 1e6)
    }

    /// RocksDB alone with Sluice's options, by orders for each sync.
    func raw() throws -> [TableFigure] {
        if let measuredRaw { return measuredRaw }
        let figures = try programs.figures(
            "TableBenchmark", ["--raw"] + effort.quickFlag + (folder.map { ["--folder", $0] } ?? []),
            as: [TableFigure].self)
        let own = figures.filter { $0.group == "RocksDB alone, Sluice's options" }
        measuredRaw = own
        return own
    }

    /// Processor time of RocksDB alone for an order, 20 of them in a sync: nearest to what single writes share.
    func rawMicroseconds() throws -> Double {
        guard let figure = try raw().first(where: { $0.name == "insert, 20 a sync" }),
            let microseconds = figure.processorMicroseconds
        else { throw WrongAnswer("TableBenchmark --raw has no figure of 20 orders a sync.") }
        return microseconds
    }

    /// Millions of bytes that one thread copies in a second, in pieces of a record's size, of as many records as the filters
    /// are measured with.
    func memoryCopyMegabytesPerSecond() -> Double {
        let (pieceBytes, pieceCount) = (800, 2_000)
        let bytes = pieceBytes * pieceCount
        let from = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
        let to = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
        defer {
            from.deallocate()
            to.deallocate()
        }
        // Memory that nobody has written is not there yet.
        memset(from, 7, bytes)
        memset(to, 0, bytes)
        var rates: [Double] = []
        let passCount = 200
        for _ in 0..<9 {
            let start = monotonicNanoseconds()
            for _ in 0..<passCount {
                for piece in 0..<pieceCount { memcpy(to + piece * pieceBytes, from + piece * pieceBytes, pieceBytes) }
            }
            let nanoseconds = Double(monotonicNanoseconds() - start)
            precondition(to.load(fromByteOffset: bytes - 1, as: UInt8.self) == 7, "the bytes are copied")
            rates.append(Double(passCount * bytes) * 1_000 / nanoseconds)
        }
        return rates.sorted()[rates.count / 2]
    }
}
