import AWSSignature
import Clocks
import HTTPServing
import Items
import NIOCore
import NIOHTTP1
import Testing

@testable import AWSClient

/// What goes over the wire, and when it goes again.
struct CallTests {
    @Test func aCallIsSignedForItsServiceAndGoesToTheEndpointWhateverTheQueueURLSays() async throws {
        try await ScriptedService.with([.answer(status: 200, #"{"MessageId":"m-1"}"#)]) { service, client in
            let sent = try await client.sendMessage(.init(body: "hello"), to: "http://elsewhere:1/000000000000/Q")
            #expect(sent == SentMessage(messageID: "m-1", sequenceNumber: nil))
            let request = try #require(service.requests.first)
            #expect(request.path == "/")
            #expect(request.headers.first(name: "X-Amz-Target") == "AmazonSQS.SendMessage")
            #expect(request.headers.first(name: "Content-Type") == "application/x-amz-json-1.0")
            #expect(request.headers.first(name: "X-Amz-Security-Token") == "token")
            #expect(
                service.bodies == [#"{"QueueUrl":"http://elsewhere:1/000000000000/Q","MessageBody":"hello"}"#])
            let signed = SignedRequest(
                method: "POST", path: request.path, query: request.query ?? "",
                headers: request.headers.map { ($0.name, $0.value) }, body: Array(request.body.readableBytesView))
            let signer = try signed.verify(now: UnhurriedTime.moment.seconds) { _ in "secret" }
            #expect(signer.scope == SigningScope(day: "20231114", region: "eu-west-1", service: "sqs"))
            #expect(
                signer.signedHeaders == ["content-type", "host", "x-amz-date", "x-amz-security-token", "x-amz-target"])
        }
    }

    @Test func anEmptyPageIsNoMessages() async throws {
        let messages = try await ScriptedService.with([.answer(status: 200, "{}")]) { _, client in
            try await client.receiveMessage(from: "q", waitTimeSeconds: 0)
        }
        #expect(messages.isEmpty)
    }

    @Test func aThrottleIsTriedAgainUntilItSucceeds() async throws {
        let time = UnhurriedTime()
        let throttle = ScriptedService.Step.answer(
            status: 400, #"{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException","message":"slow"}"#)
        let item = try await ScriptedService.with(
            [throttle, .answer(status: 503, "busy"), .answer(status: 200, #"{"Item":{"id":{"S":"1"}}}"#)], time: time
        ) { service, client in
            let item = try await client.getItem(tableName: "T", key: ["id": .string("1")])
            #expect(service.requests.count == 3)
            return item
        }
        #expect(item == ["id": .string("1")])
        // The first wait is a share of a second, the second one of two.
        #expect(time.sleptFor.count == 2)
        #expect(time.sleptFor[0] < .seconds(1))
        #expect(time.sleptFor[1] < .seconds(2))
    }

    @Test func threeAttemptsAreAll() async throws {
        try await ScriptedService.with([.answer(status: 500, #"{"__type":"InternalServerError"}"#)]) {
            service, client in
            let error = await #expect(throws: AWSError.self) { try await client.deleteMessage("r", from: "q") }
            #expect(error?.code == "InternalServerError")
            #expect(error?.status == 500)
            #expect(error?.requestID == "r-1")
            #expect(service.requests.count == 3)
        }
    }

    @Test(arguments: [
        "ConditionalCheckFailedException", "ValidationException", "ResourceNotFoundException", "AccessDeniedException",
        "TransactionCanceledException", "QueueDoesNotExist",
    ]) func otherRefusalsAreFinal(_ type: String) async throws {
        let time = UnhurriedTime()
        try await ScriptedService.with(
            [.answer(status: 400, #"{"__type":"a#\#(type)","message":"no"}"#)], time: time
        ) { service, client in
            let error = await #expect(throws: AWSError.self) {
                try await client.putItem(.init(tableName: "T", item: ["id": .string("1")]))
            }
            #expect(error?.code.rawValue == type)
            #expect(error?.message == "no")
            #expect(service.requests.count == 1)
        }
        #expect(time.sleptFor.isEmpty)
    }

    @Test func aTransactionKeepsItsTokenOverItsRetries() async throws {
        let put = ItemWrite.put(.init(tableName: "T", item: ["id": .string("1")]))
        try await ScriptedService.with([.answer(status: 503, ""), .answer(status: 200, "{}")]) { service, client in
            try await client.transactWriteItems([put])
            try await client.transactWriteItems([put])
            try await client.transactWriteItems([put], clientRequestToken: "mine")
            let tokens = try service.bodies.map { body in
                String(try #require(body.firstMatch(of: /"ClientRequestToken":"([^"]+)"/)).1)
            }
            #expect(tokens.count == 4)
            #expect(tokens[0] == tokens[1])
            #expect(tokens[1] != tokens[2])
            #expect(tokens[0].count == 32)
            #expect(tokens[3] == "mine")
        }
    }

    @Test func aServiceThatIsDownForAllIsLeftAlone() async throws {
        try await ScriptedService.with([.answer(status: 500, "{}")]) { service, client in
            for _ in 0..<60 { _ = try? await client.deleteMessage("r", from: "q") }
            // 500 tokens pay for a hundred retries: 50 calls have two each, the last ten none.
            #expect(service.requests.count == 50 * 3 + 10)
        }
    }

    @Test func nobodyAtTheAddressIsAConnectionError() async throws {
        let server = try await HTTPServer.start(host: "127.0.0.1", port: 0, bodyBytesMax: 1) { _ in
            HTTPReply(status: .ok)
        }
        await server.stop()
        let time = UnhurriedTime()
        let client = AWSClient(
            configuration: AWSConfiguration(
                region: "eu-west-1", credentials: ScriptedService.credentials,
                endpoints: [.sqs: Endpoint("http://127.0.0.1:\(server.port)")!]), time: time)
        let error = await #expect(throws: AWSError.self) { try await client.deleteMessage("r", from: "q") }
        #expect(error?.code == .connection)
        #expect(error?.message.contains("127.0.0.1:\(server.port)") == true)
        #expect(time.sleptFor.count == 2)
        await client.shutDown()
        let late = await #expect(throws: AWSError.self) { try await client.deleteMessage("r", from: "q") }
        #expect(late?.code == .clientShutDown)
        #expect(time.sleptFor.count == 2)
    }

    @Test func anAnswerOfSomethingElseIsSaidToBeOne() async throws {
        try await ScriptedService.with([.answer(status: 200, "<html>")]) { _, client in
            let error = await #expect(throws: AWSError.self) { try await client.getQueueURL(of: "Q") }
            #expect(error?.code == .unreadableAnswer)
        }
        try await ScriptedService.with([.answer(status: 404, "not found")]) { service, client in
            let error = await #expect(throws: AWSError.self) { try await client.getQueueURL(of: "Q") }
            #expect(error?.code == .unreadableAnswer)
            #expect(error?.status == 404)
            #expect(service.requests.count == 1)
        }
    }

    @Test func eachEntryOfABatchIsAccountedFor() async throws {
        let answer = #"""
            {"Successful":[{"Id":"2","MessageId":"m-2","SequenceNumber":"7"}],
             "Failed":[{"Id":"0","Code":"InvalidMessageContents","Message":"no","SenderFault":true}]}
            """#
        try await ScriptedService.with([.answer(status: 200, answer)]) { service, client in
            let outcome = try await client.sendMessageBatch(
                [.init(body: "a"), .init(body: "b"), .init(body: "c", groupID: "g", deduplicationID: "d")], to: "q")
            #expect(outcome.successes.map(\.index) == [2])
            #expect(outcome.successes.first?.value == SentMessage(messageID: "m-2", sequenceNumber: "7"))
            #expect(outcome.failures.map(\.index) == [0, 1])
            #expect(outcome.failures.map(\.code) == ["InvalidMessageContents", "UnreadableAnswer"])
            #expect(outcome.failures.map(\.isSenderFault) == [true, false])
            let error = #expect(throws: AWSError.self) { try outcome.get() }
            #expect(error?.code == "InvalidMessageContents")
            #expect(
                service.bodies == [
                    #"{"QueueUrl":"q","Entries":[{"MessageBody":"a","Id":"0"},{"MessageBody":"b","Id":"1"},"#
                        + #"{"MessageBody":"c","MessageGroupId":"g","MessageDeduplicationId":"d","Id":"2"}]}"#
                ])
        }
    }
}
