/// What AWS asks for so many of a thing.
public struct Price: Hashable, Sendable {
    /// Of ``per`` things together.
    let picodollars: Int128
    /// How many things that is for; above 0.
    let per: Int128

    /// What so many cost, rounded towards zero to a picodollar. What 128 bits cannot hold becomes the most that is told.
    public func times(_ count: some BinaryInteger) -> Money {
        let (product, hasOverflown) = Int128(clamping: count).multipliedReportingOverflow(by: picodollars)
        return Money(picodollars: hasOverflown ? Self.most : min(product / per, Self.most))
    }

    /// So little that many of it can be summed up. Only a price file with absurd prices leads here.
    private static let most = Int128.max / 1_000

    /// The same, where `count` is told in parts of the thing: bytes of a GB for example.
    func forParts(_ parts: Int128) -> Price { Price(picodollars: picodollars, per: per * parts) }
}

/// What a function's processors are.
public enum Architecture: String, Sendable, Hashable, CaseIterable {
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
