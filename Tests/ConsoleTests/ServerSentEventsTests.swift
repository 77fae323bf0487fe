import Testing

@testable import Console

@Suite struct ServerSentEventsTests {
    private func text(_ bytes: [UInt8]?) -> String? { bytes.map { String(decoding: $0, as: UTF8.self) } }

    @Test func aMessageIsItsKindAndItsData() {
        #expect(text(ServerSentEvents.message("standing", Array("{}".utf8))) == "event: standing\ndata: {}\n\n")
    }

    /// A line end in the data must not end the message.
    @Test func eachLineOfDataIsALineOfItsOwn() {
        let message = text(ServerSentEvents.message("a", Array("{\n\n}\r1".utf8)))
        #expect(message == "event: a\ndata: {\ndata: \ndata: }\ndata: 1\n\n")
    }

    @Test func onlyWhatHasChangedIsTold() {
        var standing = Standing()
        let one = Array("1".utf8)
        #expect(
            text(standing.take(["b": one, "a": one], atMilliseconds: 5)) == #"{"at":5,"changed":{"a":1,"b":1}}"#)
        #expect(standing.take(["b": one, "a": one], atMilliseconds: 6) == nil)
        #expect(
            text(standing.take(["b": Array("2".utf8), "a": one], atMilliseconds: 7)) == #"{"at":7,"changed":{"b":2}}"#)
        #expect(text(standing.take(["a": one], atMilliseconds: 8)) == #"{"at":8,"changed":{"b":null}}"#)
        #expect(text(standing.take(["a": one, "q\"": one], atMilliseconds: 9)) == #"{"at":9,"changed":{"q\"":1}}"#)
    }
}
