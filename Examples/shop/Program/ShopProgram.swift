import AWSClient
import Foundation
import Logging
import OrderFunctions
import Orders
import ServiceLifecycle
import ShopSystems
import UnixSignals

/// The shop as a program of its own. SIGTERM and SIGINT let it handle what it has received and end it; what it did is then
/// one line of JSON on standard output.
@main
struct ShopProgram {
    static func main() async {
        let environment = ProcessInfo.processInfo.environment
        let client = orExit { try AWSClient(environment: environment) }
        let settings = orExit { () throws(ShopError) in try ShopSettings(environment: environment) }
        var logger = Logger(label: "shop") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .warning
        let shop = Shop(client: client, settings: settings, logger: logger)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: shop, successTerminationBehavior: .gracefullyShutdownGroup)],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        do {
            try await group.run()
        } catch {
            FileHandle.standardError.write(Data("the shop has failed: \(error)\n".utf8))
            exit(1)
        }
        await client.shutDown()
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let systems = Dictionary(uniqueKeysWithValues: shop.counts.systems.map { ($0.key.rawValue, $0.value) })
        if let line = try? encoder.encode(systems) {
            FileHandle.standardOutput.write(line + Data("\n".utf8))
        }
    }
}
