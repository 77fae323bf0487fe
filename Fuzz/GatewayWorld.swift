import AWSSignature
import AccessKeys
import Clocks
import Dispatch
import Foundation
@testable import Gateway
import HTTPServing
import Items
import Logging
import Logs
import Monitoring
import NIOCore
import NIOHTTP1
import Queues
import Storage
import Synchronization
import Tables
import Telemetry

/// Tables, queues, logs and metrics behind the endpoint, in memory; two of each, of which one is secret.
///
/// `@unchecked Sendable`: the fuzzer's thread alone uses it; what answers from elsewhere goes through the mutex.
final class GatewayWorld: @unchecked Sendable {
    /// What nobody can guess.
    static let secret = "b7c1f0e2a9d4"
    /// How long an answer may take. Requests that wait for something are told before that their client has gone.
    private static let patience = DispatchTimeInterval.seconds(20)

    nonisolated(unsafe) private static var current: GatewayWorld?
    nonisolated(unsafe) private static var ground: GatewayGround?
    static var present: GatewayWorld {
        if let current { return current }
        let ground = ground ?? GatewayGround()
        self.ground = ground
        let world = GatewayWorld(on: ground)
        if ground.isBare {
            for call in beginning { world.begin(call.target, call.body) }
            ground.keep()
        }
        current = world
        return world
    }

    private let time = ManualTime(start: Timestamp(seconds: 1_700_000_000))
    private let tables: TableStore
    private let open: GatewayServer
    private let limited: GatewayServer
    private var isChanged = false

    private static let accessKey = AccessKey(
        id: "SLUILIMITED", secret: "0123456789abcdef", name: "guest",
        rights: .statements([
            .init(
                allow: ["*"],
                on: [
                    "arn:aws:dynamodb:eu-west-1:123456789012:table/Open*", "arn:aws:sqs:eu-west-1:123456789012:Open*",
                    "arn:aws:logs:eu-west-1:123456789012:log-group:Open*",
                    "arn:aws:logs:eu-west-1:123456789012:log-group:Secret:log-stream:mine",
                    "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:Open*",
                    "arn:aws:cloudwatch::123456789012:dashboard/Open*",
                    "arn:aws:pipes:eu-west-1:123456789012:pipe/Open*",
                    "arn:aws:lambda:eu-west-1:123456789012:function:Open*",
                ])
        ]))

    private init(on ground: GatewayGround) {
        let (database, writer, time) = (ground.database, ground.writer, time)
        do {
            let logger = Logger(label: "fuzz") { _ in SwiftLogNoOpLogHandler() }
            let metrics = try MetricStore(database: database, writer: writer, time: time, logger: logger)
            let alarms = try AlarmStore(
                metrics: metrics, database: database, writer: writer, time: time, logger: logger)
            let cloudWatch = CloudWatchOperations(
                metrics: metrics, alarms: alarms,
                dashboards: DashboardStore(database: database, writer: writer, time: time), region: "eu-west-1",
                accountID: "123456789012", time: time)
            let queues = try QueueStore(
                database: database, writer: writer, time: time,
                settings: .init(region: "eu-west-1", accountID: "123456789012"), random: { 7 })
            let logs = try LogStore(
                database: database, writer: writer, time: time,
                settings: .init(region: "eu-west-1", accountID: "123456789012"), owned: NoOwnedLogs())
            let tables = try wait {
                try await TableStore(
                    database: database, writer: writer, time: time,
                    settings: .init(region: "eu-west-1", accountID: "123456789012", shardsPerStream: 1))
            }
            let ring = try KeyRing(path: nil, own: [Self.accessKey], time: time)
            let access = GatewayAccess(
                door: AccessGuard(ring: ring, time: time), region: "eu-west-1", accountID: "123456789012",
                rolesBind: true, logger: logger)
            func server(_ access: GatewayAccess?) -> GatewayServer {
                GatewayServer(
                    tables: tables, queues: queues, logs: logs, time: time, requestIDSeed: 1,
                    control: ScriptedControl(), cloudWatch: cloudWatch, access: access, logger: logger)
            }
            self.tables = tables
            (open, limited) = (server(nil), server(access))
        } catch { fatalError("\(error)") }
    }

    private static let beginning: [(target: String, body: String)] = ["Open", "Secret"].flatMap { name in
        [
            (
                "DynamoDB_20120810.CreateTable",
                #"{"TableName":"\#(name)","AttributeDefinitions":[{"AttributeName":"h","AttributeType":"S"},{"AttributeName":"r","AttributeType":"N"},{"AttributeName":"g","AttributeType":"S"}],"KeySchema":[{"AttributeName":"h","KeyType":"HASH"},{"AttributeName":"r","KeyType":"RANGE"}],"GlobalSecondaryIndexes":[{"IndexName":"byG","KeySchema":[{"AttributeName":"g","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}}],"BillingMode":"PAY_PER_REQUEST","StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_AND_OLD_IMAGES"}}"#
            ),
            (
                "DynamoDB_20120810.PutItem",
                #"{"TableName":"\#(name)","Item":{"h":{"S":"x"},"r":{"N":"1"},"g":{"S":"g"},"v":{"S":"\#(name == "Secret" ? secret : "v")"},"n":{"N":"5"},"l":{"L":[{"N":"1"},{"M":{"k":{"S":"z"}}}]},"s":{"SS":["a","b"]}}}"#
            ),
            ("AmazonSQS.CreateQueue", #"{"QueueName":"\#(name)"}"#),
            (
                "AmazonSQS.SendMessage",
                #"{"QueueUrl":"/123456789012/\#(name)","MessageBody":"\#(name == "Secret" ? secret : "m")"}"#
            ),
            ("Logs_20140328.CreateLogGroup", #"{"logGroupName":"\#(name)"}"#),
            ("Logs_20140328.CreateLogStream", #"{"logGroupName":"\#(name)","logStreamName":"s"}"#),
            (
                "Logs_20140328.PutLogEvents",
                #"{"logGroupName":"\#(name)","logStreamName":"s","logEvents":[{"timestamp":1700000000000,"message":"\#(name == "Secret" ? secret : "m")"}]}"#
            ),
            (
                "GraniteServiceVersion20100801.PutDashboard",
                #"{"DashboardName":"\#(name)","DashboardBody":"{\"widgets\":[{\"type\":\"text\",\"properties\":{\"markdown\":\"\#(name == "Secret" ? secret : "m")\"}}]}"}"#
            ),
        ]
    }

    private func begin(_ target: String, _ body: String) {
        let request = HTTPRequest(
            method: .POST, target: "/",
            headers: ["X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.0"],
            body: ByteBuffer(string: body))
        guard let reply = answer(request, isLimited: false), reply.status == .ok else {
            fatalError("\(target) is refused")
        }
    }

    // MARK: Asking

    /// Nil for a request that waits until its client goes away, and is answered no more.
    func answer(_ request: HTTPRequest, isLimited: Bool) -> HTTPReply? {
        let request = isLimited ? signed(request) : request
        let call = Call()
        (isLimited ? limited : open).respond(
            to: request, from: { "192.0.2.1" }, whenClientEnds: { end in call.state.withLock { $0.end = end } }
        ) { reply in
            call.state.withLock { $0.replies.append(reply) }
            call.answered.signal()
        }
        // Who waits for messages waits for ever: the clock stands still. The client goes away.
        let end = call.state.withLock { $0.replies.isEmpty ? $0.end : nil }
        end?()
        guard call.answered.wait(timeout: .now() + Self.patience) == .success else {
            finding("no answer to \(request)")
        }
        let replies = call.state.withLock { $0.replies }
        if replies.count > 1 { finding("\(replies.count) answers to \(request)") }
        return replies.first
    }

    private final class Call: Sendable {
        struct State {
            var replies: [HTTPReply] = []
            var end: (@Sendable () -> Void)?
        }
        let state = Mutex(State())
        let answered = DispatchSemaphore(value: 0)
    }

    /// As a client with the limited key signs it.
    private func signed(_ request: HTTPRequest) -> HTTPRequest {
        var request = request
        request.headers.remove(name: "Authorization")
        request.headers.remove(name: "X-Amz-Date")
        request.headers.remove(name: "Host")
        request.headers.add(name: "Host", value: "localhost:4566")
        let moment = SigningTime(seconds: time.now().seconds)
        request.headers.add(name: "X-Amz-Date", value: moment.text)
        let headers = request.headers.map { (name: $0.name, value: $0.value) }
        let canonical = CanonicalRequest(
            method: request.method.rawValue, path: request.path, query: request.query ?? "", headers: headers,
            payloadHash: CanonicalRequest.hash(of: Array(buffer: request.body)))
        let service = SignedService(of: request).signingName ?? "any"
        let key = SigningKey(
            secretAccessKey: Self.accessKey.secret,
            scope: SigningScope(day: moment.day, region: "eu-west-1", service: service))
        request.headers.add(
            name: "Authorization", value: key.authorization(of: canonical, at: moment, accessKeyID: Self.accessKey.id))
        return request
    }

    func hasSecret() -> Bool {
        guard let table = try? tables.table("Secret"),
            let stored = try? table.get(key: ["h": .string("x"), "r": .number(1)])
        else { return false }
        return (try? stored.item)?["v"] == .string(Self.secret)
    }

    // MARK: Beginning again

    private static let readers = [
        "Get", "List", "Describe", "Query", "Scan", "BatchGet", "TransactGet", "Filter", "GET",
    ]

    /// What changed something is not to be seen by the next input, or nobody could show a finding again.
    func note(_ request: HTTPRequest, _ reply: HTTPReply) {
        guard reply.status.code < 300 else { return }
        let operation = request.headers.first(name: "X-Amz-Target")?.split(separator: ".").last.map(String.init)
        let name = operation ?? request.method.rawValue
        if !Self.readers.contains(where: name.hasPrefix) { isChanged = true }
    }

    static func renewWhenChanged() {
        guard current?.isChanged == true, let ground else { return }
        current = nil
        ground.putBack()
        if ground.isWorn { self.ground = nil }
    }
}

/// The store below a world. It stays open from one world to the next, which costs a hundredth of opening another: what differs from
/// the beginning is put back, and all that the next world holds in memory it reads from there.
private final class GatewayGround {
    /// Removed keys stay in RocksDB's buffers, and reading over them takes longer and longer.
    private static let putBacksMax = 1_000

    let database: Database
    let writer: GroupCommitWriter
    private let path = "/dev/shm/sluice-fuzz-\(getpid())-\(UUID().uuidString)"
    private var kept: Contents?
    private var putBacks = 0

    private typealias Contents = [Keyspace: [[UInt8]: [UInt8]]]

    init() {
        do { database = try Database(folder: DataFolder(path: path)) } catch { fatalError("\(error)") }
        writer = GroupCommitWriter(database: database)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var isBare: Bool { kept == nil }
    var isWorn: Bool { putBacks >= Self.putBacksMax }

    /// From here on, what is in the store now is what is put back.
    func keep() { kept = contents() }

    func putBack() {
        guard let kept else { return }
        putBacks += 1
        // Every request is answered, so what it has written is there.
        let present = contents()
        let writer = writer
        do {
            try wait {
                try await writer.commit(durability: .unsynced) { transaction in
                    for keyspace in Keyspace.allCases {
                        let (old, new) = (kept[keyspace] ?? [:], present[keyspace] ?? [:])
                        for (key, value) in old where new[key] != value { transaction.put(keyspace, key, value) }
                        for key in new.keys where old[key] == nil { transaction.delete(keyspace, key) }
                    }
                }
            }
        } catch { fatalError("\(error)") }
    }

    private func contents() -> Contents {
        var contents: Contents = [:]
        for keyspace in Keyspace.allCases {
            let end = [UInt8](repeating: 0xFF, count: 64)
            try? database.scan(keyspace, from: [], to: end) { key, value in
                contents[keyspace, default: [:]][key.bytes()] = value.bytes()
                return true
            }
        }
        return contents
    }
}

/// What an asynchronous call comes to, for a thread that may wait.
private func wait<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) throws -> Value {
    let outcome = Outcome<Value>()
    Task {
        let result: Result<Value, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        outcome.result.withLock { $0 = result }
        outcome.done.signal()
    }
    outcome.done.wait()
    return try outcome.result.withLock { $0! }.get()
}

private final class Outcome<Value: Sendable>: Sendable {
    let result = Mutex<Result<Value, any Error>?>(nil)
    let done = DispatchSemaphore(value: 0)
}
