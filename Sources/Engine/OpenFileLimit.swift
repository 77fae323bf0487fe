#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How many files and connections this process may have open at a time (RLIMIT_NOFILE).
enum OpenFileLimit {
    /// Most that is asked for; some programs, which functions may start, close all numbers up to the limit one by one.
    private static let wanted: rlim_t = 65_536
    /// Most connections of the gateway.
    private static let connectionCountMax = 20_000

    /// Raises the soft limit to the hard one and returns how many connections the gateway may have: what is left besides the
    /// store's files, functions and pages.
    static func raise() -> Int {
        var limits = rlimit()
        guard getrlimit(resource, &limits) == 0 else { return connectionCount(of: 1_024) }
        let soft = min(limits.rlim_max, max(limits.rlim_cur, wanted))
        if soft > limits.rlim_cur {
            var raised = limits
            raised.rlim_cur = soft
            if setrlimit(resource, &raised) == 0 { limits = raised }
        }
        return connectionCount(of: Int(clamping: limits.rlim_cur))
    }

    /// Three quarters of the open files, and half of few.
    static func connectionCount(of openFiles: Int) -> Int {
        min(connectionCountMax, openFiles - max(openFiles / 4, min(1_024, openFiles / 2)))
    }

    #if canImport(Glibc)
        private static var resource: __rlimit_resource_t { __rlimit_resource_t(RLIMIT_NOFILE.rawValue) }
    #else
        private static var resource: Int32 { RLIMIT_NOFILE }
    #endif
}
