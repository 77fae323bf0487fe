import AWSClient
import Foundation
import Testing

/// What a function has of its surroundings, against a running engine.
enum FunctionSide {
    /// Runs `body` with a client that is made as a function makes it, from the environment.
    static func with(_ body: (RunningSluice, AWSClient) async throws -> Void) async throws {
        let scratch = try Scratch()
        let engine = try await RunningSluice.start(data: scratch.path("data"), scratch: scratch)
        let client = try client(of: engine)
        do {
            try await body(engine, client)
        } catch {
            await client.shutDown()
            _ = await engine.stop()
            throw error
        }
        await client.shutDown()
        let end = await engine.stop()
        #expect(end.status == 0, "\(end.errors)")
    }

    static func client(of engine: RunningSluice) throws -> AWSClient {
        try AWSClient(environment: [
            "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "sluice", "AWS_SECRET_ACCESS_KEY": "sluice",
            "AWS_SESSION_TOKEN": "sluice", "AWS_ENDPOINT_URL": engine.url,
        ])
    }

    /// Makes a table with the hash key `id` (S), and a range key `at` (N) where asked for.
    static func makeTable(_ name: String, hasRange: Bool = false, _ engine: RunningSluice) async throws {
        let range = hasRange ? #",{"AttributeName":"at","KeyType":"RANGE"}"# : ""
        let definition = hasRange ? #",{"AttributeName":"at","AttributeType":"N"}"# : ""
        let answer = try await engine.send(
            "CreateTable",
            #"{"TableName":"\#(name)","BillingMode":"PAY_PER_REQUEST","#
                + #""KeySchema":[{"AttributeName":"id","KeyType":"HASH"}\#(range)],"#
                + #""AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}\#(definition)]}"#)
        #expect(answer.status == 200, "\(answer.body)")
    }

    /// Makes a queue and returns its URL, as the client finds it.
    static func makeQueue(
        _ name: String, attributes: String = "{}", _ engine: RunningSluice, _ client: AWSClient
    ) async throws -> String {
        let answer = try await engine.send(
            "CreateQueue", #"{"QueueName":"\#(name)","Attributes":\#(attributes)}"#, service: "AmazonSQS")
        #expect(answer.status == 200, "\(answer.body)")
        return try await client.getQueueURL(of: name)
    }
}
