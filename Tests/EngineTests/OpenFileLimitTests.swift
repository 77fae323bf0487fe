#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif
import Testing

@testable import Engine

/// How many connections the gateway may have of the files that the process may open.
@Suite struct OpenFileLimitTests {
    @Test(arguments: [(256, 128), (1_024, 512), (4_096, 3_072), (20_000, 15_000), (65_536, 20_000), (1 << 40, 20_000)])
    func connectionsLeaveRoomForFiles(openFiles: Int, connections: Int) {
        #expect(OpenFileLimit.connectionCount(of: openFiles) == connections)
    }

    /// In a process of its own, whose limit is lowered first.
    @Test func theSoftLimitIsRaisedToTheHardOne() async {
        await #expect(processExitsWith: .success) {
            func limits() -> rlimit {
                var limits = rlimit()
                #if canImport(Glibc)
                    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits)
                #else
                    getrlimit(RLIMIT_NOFILE, &limits)
                #endif
                return limits
            }
            var low = limits()
            low.rlim_cur = 256
            #if canImport(Glibc)
                setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &low)
            #else
                setrlimit(RLIMIT_NOFILE, &low)
            #endif
            let connections = OpenFileLimit.raise()
            let raised = limits()
            #expect(raised.rlim_cur == min(raised.rlim_max, 65_536))
            #expect(connections == OpenFileLimit.connectionCount(of: Int(raised.rlim_cur)))
        }
    }
}
