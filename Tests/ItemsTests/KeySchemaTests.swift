import Items
import Testing

@Suite struct KeySchemaTests {
    let schema = KeySchema(
        hashKey: .init(name: "orderId", type: .string), rangeKey: .init(name: "timestamp", type: .number))

    @Test func takesTheKeyOutOfAnItem() throws {
        let item: Item = ["orderId": .string("o"), "timestamp": .number(1), "status": .string("x")]
        #expect(try schema.key(of: item) == ["orderId": .string("o"), "timestamp": .number(1)])
        #expect(schema.names == ["orderId", "timestamp"])
    }

    @Test(
        arguments: [
            (
                ["timestamp": .number(1)],
                "One or more parameter values were invalid: Missing the key orderId in the item"
            ),
            (
                ["orderId": .string("o")],
                "One or more parameter values were invalid: Missing the key timestamp in the item"
            ),
            (
                ["orderId": .string("o"), "timestamp": .string("1")],
                "One or more parameter values were invalid: Type mismatch for key timestamp expected: N actual: S"
            ),
            (
                ["orderId": .string(""), "timestamp": .number(1)],
                "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: orderId"
            ),
            (
                ["orderId": .string(String(repeating: "x", count: 2_049)), "timestamp": .number(1)],
                "One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes"
            ),
        ] as [(Item, String)])
    func refusedItems(_ item: Item, _ message: String) {
        #expect(throws: ItemError(code: .validation, message: message)) { try schema.key(of: item) }
        var bytes: [UInt8] = []
        #expect(throws: ItemError(code: .validation, message: message)) { try schema.encode(item, to: &bytes) }
    }

    @Test func rangeKeyLimit() {
        let schema = KeySchema(hashKey: .init(name: "h", type: .number), rangeKey: .init(name: "r", type: .binary))
        #expect(throws: Never.self) {
            try schema.key(of: ["h": .number(1), "r": .binary([UInt8](repeating: 0, count: 1_024))])
        }
        #expect(
            throws: ItemError(
                code: .validation,
                message:
                    "One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of 1024 bytes"
            )
        ) {
            try schema.key(of: ["h": .number(1), "r": .binary([UInt8](repeating: 0, count: 1_025))])
        }
    }

    @Test(
        arguments: [
            ["orderId": .string("o")], ["orderId": .string("o"), "timestamp": .string("1")],
            ["orderId": .string("o"), "timestamp": .number(1), "x": .null], [:],
        ] as [Item])
    func keyParameterMustMatchExactly(_ key: Item) {
        let message = "The provided key element does not match the schema"
        #expect(throws: ItemError(code: .validation, message: message)) { try schema.check(key: key) }
    }

    @Test func keyParameter() throws { try schema.check(key: ["timestamp": .number(1), "orderId": .string("o")]) }
}
