/// The derived attribute `emailDomain`: the part of an address after the last "@", lower case.
///
/// A pipe has no suffix rule that excludes, so the domain is stored where `anything-but` can compare it whole. A guest
/// without an address has none.
public struct EmailDomain: Hashable, Sendable {
    public let text: String

    /// Nil without an address, without an "@", or with nothing on one side of it.
    public init?(address: String?) {
        guard let address, let at = address.utf8.lastIndex(of: UInt8(ascii: "@")) else { return nil }
        let domain = address[address.index(after: at)...]
        guard at > address.startIndex, !domain.isEmpty else { return nil }
        text = domain.lowercased()
    }

    /// The domain whose orders are tests and are never processed. Only itself: `mytest.com` and `eu.test.com` are
    /// customers like any other.
    public static let testDomain = "test.com"

    public var isTest: Bool { text == Self.testDomain }
}
