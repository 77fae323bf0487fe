import ArgumentParser
import Foundation
import NIOCore
import NIOHTTP1

/// Where the engine is that a command asks.
struct ControlArguments: ParsableArguments {
    @Option(help: "Address of the running engine (default: AWS_ENDPOINT_URL, or http://127.0.0.1:4566).")
    var endpointURL: String?

    @Flag(help: "Print JSON.")
    var json = false

    func withEngine<Result>(_ body: (ControlClient) async throws -> Result) async throws -> Result {
        try await ControlClient.with(endpointURL, body)
    }
}

/// Sluice's own requests, and those of the Pipes API, to a running engine.
struct ControlClient: Sendable {
    /// A backup to another disk takes as long as the data is large.
    private static let timeout = TimeAmount.hours(1)

    private let connection: EndpointConnection

    private struct Failure: Decodable { let message: String }

    /// The engine's address, without a slash at its end.
    var url: String { connection.url }

    /// Runs `body` with a client of the engine, and closes it whatever happens.
    static func with<Result>(
        _ endpointURL: String?, _ body: (ControlClient) async throws -> Result
    ) async throws -> Result {
        let client = ControlClient(connection: try EndpointConnection(url: EndpointArguments.url(endpointURL)))
        do {
            let result = try await body(client)
            await client.connection.shutDown()
            return result
        } catch {
            await client.connection.shutDown()
            throw error
        }
    }

    /// - Parameter path: parts of the path; each is escaped.
    func get<Answer: Decodable>(_ path: [String], as type: Answer.Type = Answer.self) async throws -> Answer {
        try await send(.GET, path, nil)
    }

    func post<Answer: Decodable>(
        _ path: [String], _ body: some Encodable, as type: Answer.Type = Answer.self
    ) async throws -> Answer {
        try await send(.POST, path, ByteBuffer(bytes: try JSONEncoder().encode(body)))
    }

    private func send<Answer: Decodable>(
        _ method: HTTPMethod, _ path: [String], _ body: ByteBuffer?
    ) async throws -> Answer {
        let (status, answer) = try await connection.send(
            method, path, ["Content-Type": "application/json"], body, timeout: Self.timeout)
        guard status == .ok else {
            let message = (try? JSONDecoder().decode(Failure.self, from: answer))?.message
            guard status != .forbidden || message != "Missing Authentication Token" else {
                throw ControlFailure(
                    "\(connection.url) answers signed requests only; give a key of its credentials file in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
                )
            }
            throw ControlFailure(
                message
                    ?? "\(connection.url) answered \(status), which is no answer of an engine; check --endpoint-url.",
                isTemporary: status == .serviceUnavailable)
        }
        return try JSONDecoder().decode(Answer.self, from: answer)
    }
}

/// What an engine refused.
struct ControlFailure: Error, CustomStringConvertible {
    /// One sentence: the thing, the place, the remedy.
    let description: String
    /// Whether it starts or stops just now.
    let isTemporary: Bool

    init(_ description: String, isTemporary: Bool = false) {
        self.description = description
        self.isTemporary = isTemporary
    }
}
