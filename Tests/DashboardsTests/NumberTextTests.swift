import Dashboards
import Testing

@Suite struct NumberTextTests {
    @Test(
        arguments: [
            (0, nil, "0"), (5, nil, "5"), (12.345, nil, "12.3"), (999, "Count", "999"), (1_000, "Count", "1k"),
            (12_345, "Count", "12.3k"), (-12_345, nil, "-12.3k"), (1_234_567, nil, "1.23M"), (5e9, nil, "5G"),
            (0.5, nil, "0.5"), (0.0123, nil, "0.012"), (0.00001, nil, "1e-5"), (99.5, "Percent", "99.5%"),
            (0, "Percent", "0%"), (250, "Milliseconds", "250 ms"), (1_500, "Milliseconds", "1.5 s"),
            (0.25, "Milliseconds", "250 µs"), (90_000, "Milliseconds", "90 s"), (150_000, "Milliseconds", "2.5 min"),
            (0.25, "Seconds", "250 ms"), (0, "Seconds", "0 s"), (0, "Milliseconds", "0 ms"), (7_200, "Seconds", "2 h"),
            (172_800, "Seconds", "2 d"), (800, "Bytes", "800 B"), (1_536, "Bytes", "1.54 kB"), (5, "Megabytes", "5 MB"),
            (2_500, "Kilobytes", "2.5 MB"), (3_000, "Bytes/Second", "3 kB/s"), (12, "Count/Second", "12/s"),
            (2_000, "Count/Second", "2k/s"), (8, "Kilobits/Second", "8 kb/s"), (7, "None", "7"), (1, "Elephants", "1"),
            (1e300, nil, "1e288T"), (.infinity, nil, "–"), (.nan, "Seconds", "–"),
        ] as [(Double, String?, String)])
    func numbers(_ value: Double, _ unit: String?, _ text: String) {
        #expect(NumberText.text(value, unit: unit) == text)
    }
}
