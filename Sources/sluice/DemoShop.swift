import AWSClient
import AWSSignature
import Engine
import Items
import Logging
import OrderFunctions
import Orders
import ServiceLifecycle
import ShopSystems
import Tables

/// The shop of a demo: the systems behind the queues, beside the engine and through its endpoint.
struct DemoShop: Sendable {
    let settings: ShopSettings
    private let client: AWSClient
    private let shop: Shop
    private let group: ServiceGroup

    init(_ settings: ShopSettings, at endpointURL: String, logger: Logger) throws {
        self.settings = settings
        guard let endpoint = Endpoint(endpointURL) else { throw DemoError("\(endpointURL) is no address.") }
        // Requests to a loopback address are not authenticated; they are signed all the same.
        var configuration = AWSConfiguration(
            region: "us-east-1", credentials: Credentials(accessKeyID: "sluice", secretAccessKey: "sluice"))
        for service in AWSService.allCases { configuration.endpoints[service] = endpoint }
        client = AWSClient(configuration: configuration)
        shop = Shop(client: client, settings: settings, logger: logger)
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .error)
        group = ServiceGroup(
            configuration: .init(services: [.init(service: shop, successTerminationBehavior: .ignore)], logger: quiet))
    }

    /// The shop's own table, in the engine's store.
    func openStock(in tables: TableStore) async throws {
        _ = try await tables.openTable(
            TableDefinition(
                name: settings.stockTable, keySchema: KeySchema(hashKey: .init(name: "shelf", type: .string))))
    }

    func run() async throws { try await group.run() }

    /// Lets the shop finish what it has received.
    func stop() async { await group.triggerGracefulShutdown() }

    func shutDown() async { await client.shutDown() }

    var counts: ShopCounts { shop.counts }
}
