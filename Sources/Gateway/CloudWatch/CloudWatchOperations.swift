import Alarms
public import Clocks
import Dashboards
import MetricMath
public import Monitoring
public import Telemetry

/// Answers CloudWatch's operations, whichever protocol brought them.
public struct CloudWatchOperations: Sendable {
    let metrics: MetricStore
    let alarms: AlarmStore
    let dashboards: DashboardStore
    let time: any TimeSource
    /// What stands between `arn:aws:cloudwatch:` and the resource: region and account.
    let place: String

    public init(
        metrics: MetricStore, alarms: AlarmStore, dashboards: DashboardStore, region: String, accountID: String,
        time: any TimeSource
    ) {
        self.metrics = metrics
        self.alarms = alarms
        self.dashboards = dashboards
        self.time = time
        place = "\(region):\(accountID)"
    }

    /// - Throws: ``CloudWatchFailure``, and what the store throws.
    func answer(_ operation: String, _ parameters: MetricParameters) async throws -> WireValue {
        switch operation {
        case "PutMetricData": try await putMetricData(parameters)
        case "GetMetricData": try await LongReads.metrics.value { try getMetricData(parameters) }
        case "GetMetricStatistics": try await LongReads.metrics.value { try getMetricStatistics(parameters) }
        case "ListMetrics": try listMetrics(parameters)
        case "PutMetricAlarm": try await putMetricAlarm(parameters)
        case "PutCompositeAlarm": throw CloudWatchFailure(AlarmError.compositeAlarm)
        case "PutAnomalyDetector": throw CloudWatchFailure(AlarmError.anomalyDetector)
        case "DescribeAlarms": try describeAlarms(parameters)
        case "DescribeAlarmsForMetric": try describeAlarmsForMetric(parameters)
        case "DescribeAlarmHistory": try describeAlarmHistory(parameters)
        case "DeleteAlarms": try await deleteAlarms(parameters)
        case "SetAlarmState": try await setAlarmState(parameters)
        case "EnableAlarmActions": try await setActions(true, parameters)
        case "DisableAlarmActions": try await setActions(false, parameters)
        case "PutDashboard": try await putDashboard(parameters)
        case "GetDashboard": try getDashboard(parameters)
        case "ListDashboards": try listDashboards(parameters)
        case "DeleteDashboards": try await deleteDashboards(parameters)
        default: throw CloudWatchFailure.unknownOperation(operation)
        }
    }

    func alarmARN(_ name: String) -> String { "arn:aws:cloudwatch:\(place):alarm:\(name)" }

    /// A page of a list that is whole in memory. The token is the number of entries before the page.
    func page<Element>(
        _ all: [Element], _ parameters: MetricParameters, countMax: Int
    ) throws(CloudWatchFailure) -> (page: ArraySlice<Element>, next: WireValue) {
        var start = 0
        if let token = try parameters.text("NextToken") {
            // No range of the two: where there is nothing, it would begin behind its end.
            guard let number = Int(token), number >= 1, number <= all.count else { throw CloudWatchFailure.nextToken }
            start = number
        }
        let end = min(start + countMax, all.count)
        return (all[start..<end], end < all.count ? .text(String(end)) : .null)
    }
}

extension CloudWatchFailure {
    init(_ error: AlarmError) {
        switch error.code {
        case .validation: self.init(type: "ValidationError", queryCode: "ValidationError", message: error.message)
        case .missingParameter:
            self.init(
                type: "MissingRequiredParameterException", queryCode: "MissingParameter", message: error.message)
        case .invalidParameterValue: self = .invalid(error.message)
        case .invalidParameterCombination: self = .combination(error.message)
        case .notImplemented: self.init(type: "NotImplemented", queryCode: "NotImplemented", message: error.message)
        }
    }

    init(_ error: MetricError) {
        self =
            error.code == .damaged
            ? .internalFault(error.message)
            : error.code == .tooManyMetrics
                ? Self(type: "LimitExceededFault", queryCode: "LimitExceeded", message: error.message)
                : .invalid(error.message)
    }

    init(_ error: MathError) { self = .invalid("\(error)") }
}
