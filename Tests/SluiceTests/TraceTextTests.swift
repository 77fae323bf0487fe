import Engine
import Foundation
import Testing

@testable import sluice

@Suite struct TraceTextTests {
    private static func text(isCut: Bool) throws -> String {
        let json = #"""
            {"table":"Orders","hashKey":"A-1","exists":true,"isComplete":false,"isCut":\#(isCut),"records":[{"timestamp":1,"sequenceNumber":"100000000000000000001","eventID":"e","eventName":"MODIFY","keys":"orderId=A-1","isExpiry":false,"pipes":[]}],"deadLetters":[],"messages":[]}
            """#
        return TraceText.text(try JSONDecoder().decode(ItemTrace.self, from: Data(json.utf8)))
    }

    @Test func thatThereIsMoreIsSaid() throws {
        let cut = try Self.text(isCut: true)
        #expect(cut.hasPrefix("A-1 is in the table Orders. These are its last changes: 1.\n"), "\(cut)")
        #expect(cut.contains("\nThere is more than an answer holds"), "\(cut)")
        let whole = try Self.text(isCut: false)
        #expect(whole.contains("what is older than 24 hours has left it"), "\(whole)")
        #expect(!whole.contains("There is more"), "\(whole)")
    }
}
