import Engine
import Logging
import ServiceLifecycle
import UnixSignals

/// Runs an engine until it ends by itself or SIGINT or SIGTERM asks it to.
struct EngineService: Service {
    /// How long running invocations may go on after the wish to stop.
    private static let stopDuration = Duration.seconds(30)

    let engine: Engine
    let ready: @Sendable (RunningEngine) async throws -> Void

    func run() async throws { try await engine.run(ready: ready) }

    func runUntilStopped(logger: Logger) async throws {
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .error)
        var configuration = ServiceGroupConfiguration(
            services: [
                .init(
                    service: self, successTerminationBehavior: .gracefullyShutdownGroup,
                    failureTerminationBehavior: .cancelGroup)
            ], gracefulShutdownSignals: [.sigint, .sigterm], logger: quiet)
        configuration.maximumGracefulShutdownDuration = Self.stopDuration
        try await ServiceGroup(configuration: configuration).run()
    }
}
