import Testing

@testable import Gateway

/// The ways in which the Lambda API names a function.
@Suite struct FunctionNameTests {
    @Test(
        arguments: [
            ("orders", "orders", nil), ("orders:7", "orders", "7"), ("orders:$LATEST", "orders", "$LATEST"),
            ("function:orders", "orders", nil), ("123456789012:function:orders", "orders", nil),
            ("us-east-1:123456789012:function:orders:live", "orders", "live"),
            ("arn:aws:lambda:us-east-1:123456789012:function:orders", "orders", nil),
            ("arn:aws-cn:lambda:cn-north-1:123456789012:function:my_orders-2:$LATEST", "my_orders-2", "$LATEST"),
        ] as [(String, String, String?)])
    func names(_ text: String, name: String, qualifier: String?) throws {
        let named = try #require(FunctionName(text))
        #expect(named.name == name)
        #expect(named.qualifier == qualifier)
    }

    @Test(arguments: [
        "", ":", "a b", "a:b:c", "orders/x", "arn:aws:lambda:us-east-1:123456789012:function:", "é",
        String(repeating: "x", count: 257),
    ])
    func namesNothing(_ text: String) { #expect(FunctionName(text) == nil) }
}
