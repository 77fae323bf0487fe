import Testing

@testable import Items

@Suite struct NumberTests {
    @Test(
        arguments: [
            ("100", "100"), ("100.00", "100"), ("0100", "100"), (".50", "0.5"), ("5.", "5"), ("1E2", "100"),
            ("-0", "0"),
            ("0e999", "0"), ("1e-3", "0.001"), ("-139.12", "-139.12"), ("+7", "7"),
            ("123456789012345678901234567890", nil),
            ("12345678901234567890123456789012345678", nil), ("1.2345678901234567890123456789012345678", nil),
            ("18446744073709551616", nil), ("9999999999999999999", nil), ("10000000000000000000000001", nil),
            ("0.00000000000000000000000000000000000000000000000000000000000000000001", nil),
            ("1000000000000000000000000000000000000000000000000000000e-54", "1"), ("1.20e+1", "12"),
        ] as [(String, String?)])
    func canonicalText(_ text: String, _ expected: String?) throws {
        let number = try Number(text)
        #expect(number.text == expected ?? text)
        #expect(try Number(number.text) == number)
    }

    @Test(arguments: [
        ("", "The parameter cannot be converted to a numeric value"),
        ("abc", "The parameter cannot be converted to a numeric value: abc"),
        ("1e", "The parameter cannot be converted to a numeric value: 1e"),
        (" 1", "The parameter cannot be converted to a numeric value:  1"),
        ("1.2.3", "The parameter cannot be converted to a numeric value: 1.2.3"),
        ("--1", "The parameter cannot be converted to a numeric value: --1"),
        (".", "The parameter cannot be converted to a numeric value: ."),
        ("NaN", "The parameter cannot be converted to a numeric value: NaN"),
        ("1e126", "Number overflow. Attempting to store a number with magnitude larger than supported range"),
        (
            "1e99999999999999999999999",
            "Number overflow. Attempting to store a number with magnitude larger than supported range"
        ),
        ("1e-131", "Number underflow. Attempting to store a number with magnitude smaller than supported range"),
        ("123456789012345678901234567890123456789", "Attempting to store more than 38 significant digits in a Number"),
        (String(repeating: "9", count: 100), "Attempting to store more than 38 significant digits in a Number"),
    ])
    func refused(_ text: String, _ message: String) {
        #expect(throws: ItemError(code: .validation, message: message)) { try Number(text) }
    }

    @Test func rangeEndsAreIncluded() throws {
        let nines = "9." + String(repeating: "9", count: 37)
        #expect(
            try Number(nines + "e125").text == String(repeating: "9", count: 38) + String(repeating: "0", count: 88))
        #expect(try Number("1e-130").text == "0." + String(repeating: "0", count: 129) + "1")
        #expect(try Number("-1e-130") < .zero)
    }

    @Test func int64() throws {
        #expect(Number(Int64.min).int64 == .min)
        #expect(Number(Int64.max).int64 == .max)
        #expect(Number(-1_200).int64 == -1_200)
        #expect(try Number("9223372036854775808").int64 == nil)
        #expect(try Number("0.5").int64 == nil)
        #expect(try Number("1e30").int64 == nil)
        #expect(Number(Int64.min).text == "-9223372036854775808")
    }

    @Test(arguments: [
        ("0.1", "0.2", "0.3"), ("1", "-1", "0"),
        ("99999999999999999999999999999999999999", "1", "1" + String(repeating: "0", count: 38)),
        ("1e38", "-1", String(repeating: "9", count: 38)), ("-5.5", "2.25", "-3.25"),
        ("0", "1e125", "1" + String(repeating: "0", count: 125)),
        ("1.5e38", "-9.0000000000000000000000000000000000001e37", "59999999999999999999999999999999999999"),
    ])
    func sums(_ left: String, _ right: String, _ sum: String) throws {
        #expect(try Number(left).adding(Number(right)).text == sum)
        #expect(try Number(right).adding(Number(left)).text == sum)
        #expect(try Number(sum).subtracting(Number(right)) == Number(left))
    }

    @Test func sumsAreNeverRounded() {
        #expect(throws: ItemError.self) { try Number("1e38").adding(1) }
        let error = #expect(throws: ItemError.self) { try Number("1e50").subtracting(1) }
        #expect(
            error?.message == "Number overflow. Attempting to store a number with magnitude larger than supported range"
        )
        #expect(throws: ItemError.self) { try Number("9e50").adding(Number("1e12")) }
        #expect(throws: ItemError.self) { try Number("1e125").adding(Number("1e-130")) }
        #expect(throws: ItemError.self) { try Number("9.9e125").adding(Number("9e125")) }
        #expect(throws: ItemError.self) { try Number("9" + String(repeating: "0", count: 36) + "1e2").adding(1) }
    }

    /// Sums that fit 128 bits and need a digit more than there is.
    @Test(arguments: [
        ("236789901234567800004335117650979889630", "6"),
        ("340282366920938463463374607431768211450", "5"),
        ("99999999999999999999999999999999999999", "99999999999999999999999999999999999998"),
        ("184467440737095516160000000000000000000", "1"),
    ])
    func sumsOf39DigitsAreRefused(_ left: String, _ right: String) throws {
        let (left, right) = (try Number(left), try Number(right))
        #expect(throws: ItemError.self) { try left.adding(right) }
        #expect(throws: ItemError.self) { try left.negated.subtracting(right) }
    }

    /// Two-digit bytes around the point, one for the exponent, one for the sign.
    @Test(arguments: [("0", 1), ("5", 2), ("42", 2), ("-42", 3), ("12345", 4), ("139.12", 4), ("0.05", 2), ("100", 2)])
    func size(_ text: String, _ bytes: Int) throws { #expect(try Number(text).sizeBytes == bytes) }

    @Test func orderAgreesWithArithmetic() throws {
        var random = RandomItems(seed: 11)
        for _ in 0..<2_000 {
            let (left, right) = (random.number(), random.number())
            #expect((left < right) == !(right <= left))
            guard let difference = try? left.subtracting(right) else { continue }
            #expect((left < right) == difference.isNegative, "\(left) \(right)")
        }
    }
}
