/// AWS's prices on demand in us-east-1, without free tiers and without discounts for volume.
///
/// AWS's own pages show them by script, so each has a source where it stands in plain figures, with the source's date.
public enum PriceList {
    public static let region = "us-east-1"
    /// The youngest of the sources.
    public static let date = "2026-06"

    /// A request unit of an on-demand table: $0.625 a million for writes, $0.125 for reads, since the halving of November 2024.
    /// Source: airbyte.com/data-engineering-resources/dynamodb-pricing, 2025-07-21.
    public static let tableWriteUnit = Price(microdollars: 625_000, per: 1_000_000)
    public static let tableReadUnit = Price(microdollars: 125_000, per: 1_000_000)

    /// An event that enters a pipe behind its filter, for each 64 KB of it: $0.40 a million.
    /// Source: cloudburn.io/blog/amazon-eventbridge-pricing, 2026-03-13.
    public static let pipeRequest = Price(microdollars: 400_000, per: 1_000_000)

    /// A call of a function: $0.20 a million.
    /// Source: cloudchipr.com/blog/aws-lambda-pricing, 2024.
    public static let functionRequest = Price(microdollars: 200_000, per: 1_000_000)

    /// A function's running time, in megabytes of memory times milliseconds: $0.0000133334 (arm64) or $0.0000166667 (x86) for a
    /// gigabyte and a second, which are 1,024 megabytes and 1,000 milliseconds.
    /// Source: cloudchipr.com/blog/aws-lambda-pricing, 2024.
    public static func functionTime(_ architecture: Architecture) -> Price {
        switch architecture {
        case .arm64: Price(picodollars: 13_333_400, per: 1_024_000)
        case .x86: Price(picodollars: 16_666_700, per: 1_024_000)
        }
    }

    /// A request to a queue, for each 64 KB of it: $0.40 a million, to a FIFO queue $0.50.
    /// Source: cloudburn.io/blog/amazon-sqs-pricing, 2026-03-14.
    public static func queueRequest(isFIFO: Bool) -> Price {
        Price(microdollars: isFIFO ? 500_000 : 400_000, per: 1_000_000)
    }

    /// A byte that CloudWatch Logs takes in, standard class: $0.50 a gigabyte.
    /// Source: c3x.dev/blog/cloudwatch-logs-cost-optimization, 2026-06.
    public static let logByte = Price(microdollars: 500_000, per: 1_073_741_824)
}

/// What a function's processors are.
public enum Architecture: String, Sendable, Hashable {
    case arm64, x86

    /// That of this machine, for which the functions are built.
    public static var ofThisMachine: Architecture {
        #if arch(arm64)
            .arm64
        #else
            .x86
        #endif
    }
}
