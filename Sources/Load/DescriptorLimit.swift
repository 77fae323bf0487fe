#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How many files and connections this process may have open at a time (RLIMIT_NOFILE).
public struct DescriptorLimit: Sendable, Hashable {
    /// Descriptors for all but a load's connections: standard ones, the program's own connections, files.
    static let others: UInt64 = 64

    /// The limit that holds.
    var soft: UInt64
    /// How far the process may raise it by itself.
    var hard: UInt64

    /// Raises the soft limit so that there is room for a load's connections; leaves one that is high enough.
    ///
    /// - Throws: ``LoadError`` where the hard limit has no room for them.
    public static func makeRoom(for connections: Int) throws(LoadError) {
        var limits = rlimit()
        guard getrlimit(resource, &limits) == 0 else { return }
        let limit = DescriptorLimit(soft: UInt64(limits.rlim_cur), hard: UInt64(limits.rlim_max))
        guard let needed = try limit.raised(for: connections) else { return }
        limits.rlim_cur = rlim_t(needed)
        guard setrlimit(resource, &limits) == 0 else { throw limit.tooLow(for: connections) }
    }

    /// The soft limit that is needed; nil when the present one is high enough.
    func raised(for connections: Int) throws(LoadError) -> UInt64? {
        let needed = UInt64(connections) + Self.others
        guard needed > soft else { return nil }
        guard needed <= hard else { throw tooLow(for: connections) }
        return needed
    }

    private func tooLow(for connections: Int) -> LoadError {
        LoadError(
            "\(connections) connections need \(UInt64(connections) + Self.others) open files, and this process may have "
                + "\(hard); give fewer --connections, or raise the limit with ulimit -Hn.")
    }

    #if canImport(Glibc)
        private static var resource: __rlimit_resource_t { __rlimit_resource_t(RLIMIT_NOFILE.rawValue) }
    #else
        private static var resource: Int32 { RLIMIT_NOFILE }
    #endif
}
