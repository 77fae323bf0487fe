import Clocks
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import Storage
import Tables
import Telemetry

@testable import Gateway

/// DynamoDB's service on a store in a temporary folder.
final class OpenService: Sendable {
    /// 2025-01-02T03:00:00.291Z.
    static let start = Timestamp(milliseconds: 1_735_786_800_291)
    static let arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/Orders"

    let time = ManualTime(start: start)
    let metrics: MetricStore
    let tableMetrics: TableMetrics
    private let path: String
    private let service: GatewayServer.Service

    /// - Parameter faults: what goes wrong with requests for items; nil for nothing.
    init(faults: (any RequestFaults)? = nil) async throws {
        // In memory where there is such a folder: each write waits for a sync.
        let memory = "/dev/shm/"
        let folder = FileManager.default.isWritableFile(atPath: memory) ? memory : NSTemporaryDirectory()
        path = "\(folder)sluice-gateway-\(UUID().uuidString)"
        let database = try Database(folder: DataFolder(path: path))
        let settings = TableStore.Settings(region: "eu-west-1", accountID: "123456789012", shardsPerStream: 1)
        let writer = GroupCommitWriter(database: database)
        let store = try await TableStore(database: database, writer: writer, time: time, settings: settings)
        metrics = try MetricStore(
            database: database, writer: writer, time: time,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        tableMetrics = TableMetrics(metrics)
        let plain = DynamoDBService(tables: store, time: time)
        var service: GatewayServer.Service = { plain.answer($0, $1, $2) }
        if let faults {
            let faulty = FaultyService(service: plain, faults: faults, time: time)
            service = { faulty.answer($0, $1, $2) }
        }
        let metered = MeteredService(metrics: tableMetrics, tables: store, time: time, service: service)
        self.service = { metered.answer($0, $1, $2) }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The answer's text, or that of the error's body.
    func call(_ operation: String, _ body: String = "{}") async throws -> String {
        try await answer("DynamoDB_20120810.\(operation)", body)
    }

    func callStreams(_ operation: String, _ body: String = "{}") async throws -> String {
        try await answer("DynamoDBStreams_20120810.\(operation)", body)
    }

    private func answer(_ target: String, _ body: String) async throws -> String {
        let target = try RequestTarget(["X-Amz-Target": target])
        let request = DynamoDBService.Request(body: Array(body.utf8), host: "localhost:4566")
        return await withCheckedContinuation { continuation in
            service(target, request) { result in
                switch result {
                case .success(let json): continuation.resume(returning: String(decoding: json, as: UTF8.self))
                case .failure(let error):
                    continuation.resume(returning: String(buffer: ServiceError(error).body))
                }
            }
        }
    }

    /// Makes the table Orders, on demand, with keys `pk` and `n`.
    @discardableResult
    func createOrders(_ more: String = "") async throws -> String {
        try await call(
            "CreateTable",
            #"{"TableName":"Orders","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},"#
                + #"{"AttributeName":"n","AttributeType":"N"}],"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},"#
                + #"{"AttributeName":"n","KeyType":"RANGE"}],"BillingMode":"PAY_PER_REQUEST"\#(more)}"#)
    }
}

/// The value at a path of members and indexes in a JSON text, as text; nil when there is none.
func member(_ text: String, _ path: any Sendable...) -> String? {
    var value: Any? = try? JSONSerialization.jsonObject(with: Data(text.utf8))
    for step in path {
        switch step {
        case let name as String: value = (value as? [String: Any])?[name]
        case let index as Int:
            let list = value as? [Any] ?? []
            value = index < list.count ? list[index] : nil
        default: value = nil
        }
    }
    return value.map { $0 as? String ?? "\($0)" }
}
