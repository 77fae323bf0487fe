import NIOCore
import NIOHTTP1
import Testing

@testable import HTTPServing

/// How answers look on the wire.
@Suite(.timeLimit(.minutes(1))) struct ReplyTests {
    @Test func anAnswerHasItsLengthAndItsDate() async throws {
        try await withServer(respond: echo) { server in
            let client = try await TestClient.connect(to: server)
            try await client.send(body: "é")
            let answer = try await client.answer()
            #expect(answer.headers["content-length"] == "9")
            #expect(answer.headers["date"]?.hasSuffix(" GMT") == true)
            #expect(answer.headers["connection"] == nil)
        }
    }

    @Test(arguments: [(0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT")])
    func aDateIsInHTTPsForm(seconds: Int, text: String) {
        #expect(HTTPDateLine.format(seconds) == text)
    }

    @Test func aStatusWithoutABodyHasNeitherBodyNorLength() async throws {
        let statuses = ["/204": HTTPResponseStatus.noContent, "/304": .notModified]
        try await withServer { request, replier in
            replier.reply(HTTPReply(status: statuses[request.path]!, body: ByteBuffer(string: "ghost")))
        } _: { server in
            let client = try await TestClient.connect(to: server)
            for (path, status) in statuses {
                try await client.send("GET", path)
                let answer = try await client.answer()
                #expect(answer.status == Int(status.code))
                #expect(answer.headers["content-length"] == nil)
            }
            try await client.closeOutput()
            #expect(await client.isClosedWithoutMore())
        }
    }

    @Test func headIsAnsweredWithTheLengthAlone() async throws {
        try await withServer(respond: echo) { server in
            let client = try await TestClient.connect(to: server)
            try await client.send("HEAD", "/a")
            #expect(try await client.answer(hasBody: false).headers["content-length"] == "8")
            try await client.closeOutput()
            #expect(await client.isClosedWithoutMore())
        }
    }

    @Test func aHeaderCannotBeginAnother() async throws {
        try await withServer { _, replier in
            replier.reply(HTTPReply(status: .ok, headers: ["A": "b\r\nC: d"]))
        } _: { server in
            let client = try await TestClient.connect(to: server)
            try await client.send("GET")
            let answer = try await client.answer()
            #expect(answer.headers["a"] == "b  C: d")
            #expect(answer.headers["c"] == nil)
        }
    }

    /// On both sides of the size up to which a body is copied behind its header.
    @Test(arguments: [0, 1, 4_096, 4_097, 5_000_000])
    func aBodyOfAnySizeArrives(size: Int) async throws {
        try await withServer { _, replier in
            replier.reply(HTTPReply(status: .ok, body: ByteBuffer(repeating: UInt8(ascii: "x"), count: size)))
        } _: { server in
            let client = try await TestClient.connect(to: server)
            for _ in 0..<2 {
                try await client.send("GET")
                #expect(try await client.answer().body == String(repeating: "x", count: size))
            }
        }
    }
}
