/// The derived attribute `amountTier`, which stands in for a numeric filter.
///
/// A pipe cannot compare the amount itself: stream records hold numbers as JSON strings, and a `numeric` rule matches
/// JSON numbers only. So whoever writes an order writes the tier as well. Bounds are exclusive, in whole units of the
/// order's own currency: 100.00 is `upTo100`, 100.01 is `over100`.
public enum AmountTier: String, Sendable, Hashable, CaseIterable, Codable {
    case upTo100
    case over100
    case over1000

    /// Orders above this are worth processing.
    public static let processedOver: Int64 = 100
    /// Orders above this get premium service.
    public static let premiumOver: Int64 = 1_000

    public init(_ amount: Money) {
        if amount.isOver(Self.premiumOver) {
            self = .over1000
        } else {
            self = amount.isOver(Self.processedOver) ? .over100 : .upTo100
        }
    }
}
