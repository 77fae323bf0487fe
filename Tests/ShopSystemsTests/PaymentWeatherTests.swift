import ShopSystems
import Testing

@Suite struct PaymentWeatherTests {
    private let keys = (0..<10_000).map { "\($0)-authorise" }

    @Test func aKeyIsDecidedOnce() {
        var weather = PaymentWeather()
        (weather.declineRate, weather.timeoutRate, weather.unknownRate) = (0.3, 0.2, 0.2)
        for key in keys {
            let final = weather.answer(key: key, attempt: 2)
            #expect(final == .approved || final == .declined)
            #expect(weather.answer(key: key, attempt: 3) == final)
            let first = weather.answer(key: key, attempt: 1)
            #expect(first == .timedOut || first == .unknown || first == final)
        }
    }

    /// Bounds are five standard deviations of the binomial distribution; the keys are fixed.
    @Test func sharesAreAsPromised() {
        var weather = PaymentWeather()
        (weather.declineRate, weather.timeoutRate, weather.unknownRate) = (0.1, 0.05, 0.2)
        let first = keys.map { weather.answer(key: $0, attempt: 1) }
        #expect(abs(first.count { $0 == .timedOut } - 500) < 110)
        #expect(abs(first.count { $0 == .unknown } - 2_000) < 200)
        #expect(abs(keys.count { weather.answer(key: $0, attempt: 2) == .declined } - 1_000) < 150)
    }

    @Test func aSeedMakesAnotherDay() {
        var (one, two) = (PaymentWeather(), PaymentWeather())
        (one.declineRate, two.declineRate) = (0.5, 0.5)
        two.seed = 1
        #expect(keys.contains { one.answer(key: $0, attempt: 2) != two.answer(key: $0, attempt: 2) })
        #expect(keys.allSatisfy { one.answer(key: $0, attempt: 2) == one.answer(key: $0, attempt: 2) })
    }
}
