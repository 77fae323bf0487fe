import Testing

@testable import ShopSystems

@Suite struct LaneTests {
    private struct Parcel: Equatable {
        let order: String
        let isUrgent: Bool
        let number: Int
    }

    private func sorted(_ text: String) -> (priority: [String], standard: [String]) {
        let parcels = text.split(separator: " ").enumerated().map { number, name in
            Parcel(order: String(name.prefix(1)), isUrgent: name.hasSuffix("!"), number: number)
        }
        let lanes = lanes(parcels, group: \.order, isUrgent: \.isUrgent)
        func names(_ groups: [[Parcel]]) -> [String] {
            groups.map { $0.map { "\($0.order)\($0.number)" }.joined(separator: " ") }
        }
        return (names(lanes.priority), names(lanes.standard))
    }

    @Test func urgentOrdersGoFirst() {
        let lanes = sorted("a b! c a c d!")
        #expect(lanes.priority == ["b1", "d5"])
        #expect(lanes.standard == ["a0 a3", "c2 c4"])
    }

    @Test func whatIsUrgentStandsFirstInItsOrder() {
        let lanes = sorted("a b a! a")
        #expect(lanes.priority == ["a2 a0 a3"])
        #expect(lanes.standard == ["b1"])
    }

    @Test func nothingIsLost() {
        let lanes = sorted("")
        #expect(lanes.priority.isEmpty && lanes.standard.isEmpty)
    }
}
