import Orders
import Replay
import Testing

struct OrderFileTests {
    static let header = "order_id,customer_id,timestamp_utc,amount_gbp,units,lines,country,kind"

    @Test func aRowBecomesWhatItsColumnsSay() throws {
        let rows = try OrderFile.parse(
            "\(Self.header)\n536365,17850,2010-12-01T08:26:00Z,139.12,40,7,United Kingdom,order\n", file: "a.csv")
        let row = try #require(rows.first)
        #expect(rows.count == 1)
        #expect(row.orderId == "536365")
        #expect(row.customerId == "17850")
        #expect(row.timestamp == 1_291_191_960_000)
        #expect(row.amount == Money(minorUnits: 139_12, currency: .gbp))
        #expect(row.units == 40)
        #expect(row.lines == 7)
        #expect(row.country == "United Kingdom")
        #expect(row.kind == .order)
    }

    @Test func aGuestHasNoCustomer() throws {
        let rows = try OrderFile.parse("\(Self.header)\n1,,2010-12-01T08:26:00Z,5.00,1,1,France,order", file: "a.csv")
        #expect(rows[0].customerId == nil)
    }

    @Test func columnsMayBeFewAndInAnyOrder() throws {
        let rows = try OrderFile.parse(
            "amount_usd,timestamp_utc,customer_id,order_id\n28.99,1997-01-01T00:03:23Z,C-00143,CD-000557\n",
            file: "a.csv")
        #expect(rows[0].amount == Money(minorUnits: 28_99, currency: .usd))
        #expect(rows[0].kind == .order)
        #expect(rows[0].units == nil)
    }

    @Test func quotedFieldsAndWindowsLineEndsAreRead() throws {
        let rows = try OrderFile.parse(
            "\(Self.header)\r\n1,2,2010-12-01T08:26:00Z,5.00,1,1,\"Korea, Republic of\",order\r\n", file: "a.csv")
        #expect(rows[0].country == "Korea, Republic of")
        #expect(rows[0].kind == .order)
    }

    @Test func theLimitLeavesTheRestUnread() throws {
        let text = "\(Self.header)\n1,2,2010-12-01T08:26:00Z,5.00,1,1,x,order\n2,2,never,x,1,1,x,order\n"
        #expect(try OrderFile.parse(text, file: "a.csv", limit: 1).count == 1)
    }

    struct Refusal: CustomTestStringConvertible, Sendable {
        let name: String
        let text: String
        /// What the message must name: the place, the thing, the remedy.
        let says: [String]
        var testDescription: String { name }
    }

    static let refusals = [
        Refusal(name: "empty file", text: "", says: ["a.csv", "empty"]),
        Refusal(name: "white space only", text: " \n\n", says: ["a.csv", "empty"]),
        Refusal(name: "header only", text: header + "\n", says: ["a.csv", "no orders"]),
        Refusal(
            name: "missing column", text: "order_id,customer_id,amount_gbp\n1,2,3\n",
            says: ["a.csv:1", "timestamp_utc"]),
        Refusal(
            name: "missing amount", text: "order_id,customer_id,timestamp_utc\n1,2,2010-12-01T08:26:00Z\n",
            says: ["a.csv:1", "amount_CUR", "amount_gbp"]),
        Refusal(
            name: "bad number", text: "\(header)\n1,2,2010-12-01T08:26:00Z,12.3x,1,1,x,order\n",
            says: ["a.csv:2", "\"12.3x\"", "139.12"]),
        Refusal(
            name: "a tenth of a penny", text: "\(header)\n1,2,2010-12-01T08:26:00Z,12.345,1,1,x,order\n",
            says: ["a.csv:2", "2 decimals"]),
        Refusal(
            name: "bad date",
            text: "\(header)\n1,2,2010-12-01T08:26:00Z,1.00,1,1,x,order\n2,2,1.12.2010,1.00,1,1,x,order\n",
            says: ["a.csv:3", "\"1.12.2010\"", "2010-12-01T08:26:00Z"]),
        Refusal(
            name: "seconds beyond a minute", text: "\(header)\n1,2,2010-12-01T08:26:46139.12Z,1.00,1,1,x,order\n",
            says: ["a.csv:2", "46139.12", "2010-12-01T08:26:00Z"]),
        Refusal(
            name: "a year of two digits", text: "\(header)\n1,2,97-12-01T08:26:00Z,1.00,1,1,x,order\n",
            says: ["a.csv:2", "\"97-12-01T08:26:00Z\""]),
        Refusal(
            name: "bad units", text: "\(header)\n1,2,2010-12-01T08:26:00Z,1.00,many,1,x,order\n",
            says: ["a.csv:2", "units", "many"]),
        Refusal(
            name: "unknown kind", text: "\(header)\n1,2,2010-12-01T08:26:00Z,1.00,1,1,x,gift\n",
            says: ["a.csv:2", "gift", "cancellation"]),
        Refusal(
            name: "too few fields", text: "\(header)\n1,2,2010-12-01T08:26:00Z\n", says: ["a.csv:2", "3 fields", "8"]),
        Refusal(
            name: "no id", text: "\(header)\n,2,2010-12-01T08:26:00Z,1.00,1,1,x,order\n", says: ["a.csv:2", "order_id"]),
    ]

    @Test(arguments: refusals)
    func whatIsWrongIsNamedWithItsPlace(_ refusal: Refusal) {
        let error = #expect(throws: OrderFileError.self) { try OrderFile.parse(refusal.text, file: "a.csv") }
        for word in refusal.says { #expect(error?.description.contains(word) == true, "\(error?.description ?? "")") }
    }

    @Test(arguments: [
        ("2010-12-01T08:26:00Z", 1_291_191_960_000), ("2010-12-01T08:26:00.291Z", 1_291_191_960_291),
        ("2010-12-01T08:26:00.000Z", 1_291_191_960_000), ("2010-12-01T09:26:00+01:00", 1_291_191_960_000),
        ("2010-12-01T08:26:00+0000", 1_291_191_960_000), ("2010-12-01T03:26:00-05:00", 1_291_191_960_000),
    ])
    func timesAreWrittenInSeveralWays(_ text: String, _ milliseconds: Int64) throws {
        let rows = try OrderFile.parse("\(Self.header)\n1,2,\(text),1.00,1,1,x,order\n", file: "a.csv")
        #expect(rows.map(\.timestamp) == [milliseconds])
    }

    @Test(arguments: [
        "2010-13-01T08:26:00Z", "2010-12-32T08:26:00Z", "2010-12-01T24:26:00Z", "2010-12-01T08:61:00Z",
        "2010-12-01T08:26:61Z", "2010-12-01T08:26:00", "2010-12-01T08:26:00.Z", "2010-12-01 08:26:00Z",
    ])
    func whatIsNoTimeIsRefused(_ text: String) {
        let error = #expect(throws: OrderFileError.self) {
            try OrderFile.parse("\(Self.header)\n1,2,\(text),1.00,1,1,x,order\n", file: "a.csv")
        }
        #expect(error?.description.contains("2010-12-01T08:26:00Z") == true)
    }

    @Test func aFileThatIsNotThereIsNamed() {
        let error = #expect(throws: OrderFileError.self) { try OrderFile.read(path: "/nowhere/orders.csv") }
        #expect(error?.description.contains("/nowhere/orders.csv") == true)
        #expect(error?.description.contains("does not exist") == true)
    }
}
