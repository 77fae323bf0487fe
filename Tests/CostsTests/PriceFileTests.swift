import Testing

@testable import Costs

@Suite struct PriceFileTests {
    private static let builtIn = String(decoding: PackageResources.us_east_1_json, as: UTF8.self)

    private static func message(_ text: String) -> String? {
        do {
            _ = try PriceList(json: text.utf8, file: "prices.json")
            return nil
        } catch {
            return error.description
        }
    }

    @Test func theBuiltInListIsCompleteAndHasSources() {
        let prices = PriceList.builtIn
        #expect(prices.region == "us-east-1")
        #expect(prices.oldestDate == "2023-02" && prices.date == "2026-06-13")
        for name in PriceName.allCases {
            let entry = prices.entry(name)
            #expect(!entry.source.isEmpty && entry.date.hasPrefix("20"), "\(name)")
            #expect(
                entry.price.times(entry.per).exactText
                    == ExactDecimal.text(ExactDecimal.parse(entry.amount, decimals: 12)!, decimals: 12))
        }
        // What the console's bill has reckoned with since it was first made.
        #expect(prices[.tableWriteUnit].times(1).picodollars == 625_000)
        #expect(prices[.tableReadUnit].times(1).picodollars == 125_000)
        #expect(prices[.pipeRequest].times(1).picodollars == 400_000)
        #expect(prices.queueRequest(isFIFO: true).times(1).picodollars == 500_000)
    }

    @Test func amountsAreExactWhateverTheirDecimals() throws {
        let text = Self.builtIn.replacing("\"0.0000166667\"", with: "\"0.000000000001\"")
        let prices = try PriceList(json: text.utf8, file: "p")
        #expect(prices.functionTime(.x86).times(1_024_000).picodollars == 1)
    }

    @Test(
        arguments: [
            ("[]", "", "is no JSON object"), ("{", "", "is no JSON object"),
            ("\"us-east-1\"", "7", "region is missing or no text"),
            ("\"prices\"", "\"costs\"", "prices is missing or no object"),
            ("\"pipes-request\"", "\"pipe-request\"", "prices.pipe-request is no price that a bill needs"),
            ("\"0.625\"", "0.625", "prices.dynamodb-write-request-unit.amount is missing or no text"),
            ("\"0.625\"", "\"-0.625\"", "amount is -0.625, which is no decimal number"),
            ("\"0.625\"", "\"$0.625\"", "amount is $0.625"),
            ("\"0.625\"", "\"0.0000000000001\"", "at most 12 decimals"),
            (
                "\"per\": 100000,", "\"per\": 0,",
                "prices.dynamodb-stream-read-request-unit.per is missing or no whole number"
            ),
            ("\"per\": 100000,", "\"per\": true,", ".per is missing or no whole number"),
            ("\"per\": 100000,", "\"per\": 1.5,", ".per is missing or no whole number"),
            ("\"per\": 100000,", "\"per\": \"100000\",", ".per is missing or no whole number"),
            ("\"per\": 100000,", "", ".per is missing or no whole number"),
            ("\"unit\": \"call\", ", "", "prices.lambda-request.unit is missing or no text"),
            ("\"date\": \"2026-02-15\",", "\"date\": \"\",", "prices.cloudwatch-metric.date is missing or no text"),
        ])
    func whatIsWrongIsToldWithItsPlace(old: String, new: String, message: String) throws {
        let text = new.isEmpty && message.hasPrefix("is no JSON") ? old : Self.builtIn.replacing(old, with: new)
        let told = try #require(Self.message(text))
        #expect(told.hasPrefix("prices.json") && told.contains(message) && told.hasSuffix("."), "\(told)")
        #expect(told.contains("; "), "no remedy: \(told)")
    }

    @Test func aPriceThatIsNotThereIsNamed() {
        let text = Self.builtIn.replacing("\"logs-storage\": {", with: "\"unused\": {")
        #expect(Self.message(text)?.contains("prices.unused") == true)
        #expect(
            Self.message(#"{"region": "r", "prices": {}}"#)?.contains("prices.dynamodb-write-request-unit is missing")
                == true)
    }

    @Test func aHugeFileIsRefused() {
        #expect(Self.message(String(repeating: " ", count: 1_000_001))?.contains("1000001 bytes") == true)
    }
}
