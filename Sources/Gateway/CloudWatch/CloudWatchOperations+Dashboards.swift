import Clocks
import Dashboards
import Monitoring

extension CloudWatchOperations {
    /// Most entries of one page.
    private static let dashboardsMax = 1_000
    private static let nameLengths = 1...255

    func putDashboard(_ parameters: MetricParameters) async throws -> WireValue {
        let name = try parameters.required("DashboardName", parameters.text("DashboardName"))
        let body = try parameters.required("DashboardBody", parameters.text("DashboardBody"))
        let isName = name.utf8.allSatisfy { byte in
            UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
                || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
        }
        guard isName, Self.nameLengths.contains(name.utf8.count) else {
            throw CloudWatchFailure.invalidDashboard(
                "The value \(name) for field DashboardName contains invalid characters. It can only contain alphanumerics, dash (-) and underscore (_).",
                [])
        }
        let reading = Dashboard.read(body)
        let messages = reading.messages.map { message -> WireValue in
            ["DataPath": .text(message.dataPath), "Message": .text(message.message)]
        }
        if let refusal = reading.refusal { throw CloudWatchFailure.invalidDashboard(refusal, messages) }
        try await dashboards.put(name, body: body)
        return ["DashboardValidationMessages": .list(messages)]
    }

    func getDashboard(_ parameters: MetricParameters) throws -> WireValue {
        let name = try parameters.required("DashboardName", parameters.text("DashboardName"))
        guard let dashboard = try dashboards.dashboard(name) else { throw CloudWatchFailure.noDashboard(name) }
        return [
            "DashboardArn": .text(arn(name)), "DashboardBody": .text(dashboard.body), "DashboardName": .text(name),
        ]
    }

    func listDashboards(_ parameters: MetricParameters) throws -> WireValue {
        let prefix = try parameters.text("DashboardNamePrefix") ?? ""
        let found = try dashboards.list().filter { $0.name.hasPrefix(prefix) }
        let (page, next) = try page(found, parameters, countMax: Self.dashboardsMax)
        let entries = page.map { dashboard -> WireValue in
            [
                "DashboardName": .text(dashboard.name), "DashboardArn": .text(arn(dashboard.name)),
                "LastModified": .timestamp(dashboard.changedAt), "Size": WireValue(dashboard.sizeBytes),
            ]
        }
        return ["DashboardEntries": .list(entries), "NextToken": next]
    }

    /// All of them or, where one is not there, none.
    func deleteDashboards(_ parameters: MetricParameters) async throws -> WireValue {
        // Each is deleted once, however often it is named.
        var seen: Set<String> = []
        let names = try parameters.texts("DashboardNames").filter { seen.insert($0).inserted }
        for name in names where try dashboards.dashboard(name) == nil { throw CloudWatchFailure.noDashboard(name) }
        for name in names { _ = try await dashboards.remove(name) }
        return [:]
    }

    private func arn(_ name: String) -> String {
        let account = place.split(separator: ":").last ?? ""
        return "arn:aws:cloudwatch::\(account):dashboard/\(name)"
    }
}

extension CloudWatchFailure {
    fileprivate static func noDashboard(_ name: String) -> Self {
        Self(
            type: "DashboardNotFoundError", queryCode: "ResourceNotFound", status: 404,
            message: "Dashboard \(name) does not exist")
    }

    fileprivate static func invalidDashboard(_ message: String, _ messages: [WireValue]) -> Self {
        Self(
            type: "DashboardInvalidInputError", queryCode: "InvalidParameterInput", message: message,
            details: ["dashboardValidationMessages": .list(messages)])
    }
}
