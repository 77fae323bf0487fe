import Tables

/// `OnDemandThroughput`: an upper limit on what an on-demand table takes. It is checked, and has no effect here.
enum OnDemandThroughput {
    /// - Throws: a ValidationException for limits on a provisioned table, and for limits that are none. -1 takes one away.
    static func check(
        _ limits: RequestValue?, _ billingMode: TableDefinition.BillingMode
    ) throws(ServiceError) {
        for name in ["MaxReadRequestUnits", "MaxWriteRequestUnits"] {
            guard let limit = limits?[name]?.integer else { continue }
            guard billingMode == .payPerRequest else {
                throw .invalidParameter(
                    "\(name) for OnDemandThroughput cannot be specified when the table BillingMode is PROVISIONED")
            }
            guard limit > 0 || limit == -1 else {
                throw .invalidParameter("Requested \(name) for OnDemandThroughput for table is outside of valid range")
            }
        }
    }
}
