import Testing

@testable import Gateway

@Suite struct RequestQueryTests {
    @Test(
        arguments: [
            (nil, []), ("", []), ("a=1&b=2&a=3", ["a=1", "b=2", "a=3"]),
            ("a=%3D%26%C3%A9&b%20c=x", ["a==&é", "b c=x"]),
            ("a&=b&&c=", ["a=", "=b", "c="]), ("a=b=c", ["a=b=c"]), ("a=1+2", ["a=1+2"]),
            // Wrong escapes, and bytes that are no text.
            ("a=%", ["a=%"]), ("a=%zz&b=%2", ["a=%zz", "b=%2"]), ("a=%FF", ["a=%FF"]), ("a=%3\u{EB}", ["a=%3\u{EB}"]),
            ("a=b c#\u{1}", ["a=b c#\u{1}"]), ("a=1&\u{301}b=2", ["a=1", "\u{301}b=2"]),
        ] as [(String?, [String])])
    func namesAndValuesAreReadInOrder(query: String?, parameters: [String]) {
        let read = RequestQuery.parameters(query).map { "\($0.name)=\($0.value)" }
        #expect(read.map { Array($0.utf8) } == parameters.map { Array($0.utf8) })
    }
}
