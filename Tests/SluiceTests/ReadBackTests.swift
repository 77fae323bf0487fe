import Foundation
import Items
import Testing

@testable import sluice

@Suite struct ReadBackTests {
    /// An acknowledged order that an eventual read does not show yet is not lost.
    @Test func ordersAreReadBackConsistently() throws {
        struct Request: Decodable { let ConsistentRead: Bool }
        let json = try JSONEncoder().encode(ReadBackKeys(Keys: [["orderId": .string("A-1")]]))
        #expect(try JSONDecoder().decode(Request.self, from: json).ConsistentRead)
    }
}
