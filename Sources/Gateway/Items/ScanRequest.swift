import Items

/// Scan, read and checked as far as that goes without the table.
struct ScanRequest {
    /// Most segments of one scan. AWS: 1,000,000.
    private static let segmentCountMax = 1_000_000

    let parameters: ReadParameters
    let filter: ConditionExpression?
    let projection: ProjectionExpression?
    let segment: (number: Int, count: Int)?

    /// - Throws: `ItemError`, in AWS's order.
    init(_ body: [UInt8]) throws(ItemError) {
        var reader = JSONReader(body)
        var parameters = ReadParameters(legacyFilterName: "ScanFilter")
        var number: Int?
        var count: Int?
        try reader.request { reader, member throws(ItemError) in
            switch member {
            case "Segment": number = try reader.int()
            case "TotalSegments": count = try reader.int()
            default: try parameters.read(member, &reader)
            }
        }
        var faults = ConstraintFaults()
        parameters.check(&faults)
        faults.check(number, atLeast: 0, atMost: Self.segmentCountMax - 1, at: "segment")
        faults.check(count, atLeast: 1, atMost: Self.segmentCountMax, at: "totalSegments")
        try faults.check()
        try parameters.expressions.checkUse(
            [parameters.parts.givenExpression, parameters.givenFilter],
            legacy: [parameters.parts.givenLegacy, parameters.givenLegacyFilter, parameters.givenOperator])
        let legacyFilter = try parameters.checkedLegacyFilter()
        let attributes = try parameters.parts.checkedAttributesToGet()
        try parameters.checkStartKey()
        segment = try Self.segment(number, of: count)
        var placeholders = try parameters.expressions.placeholders(reader.refusals)
        filter = try parameters.filter(&placeholders) ?? legacyFilter
        projection = try parameters.parts.projection(&placeholders) ?? attributes
        try placeholders.checkAllUsed()
        try parameters.checkSelection()
        self.parameters = parameters
    }

    private static func segment(_ number: Int?, of count: Int?) throws(ItemError) -> (number: Int, count: Int)? {
        switch (number, count) {
        case (nil, nil): return nil
        case (_?, nil):
            throw .validation(
                "The TotalSegments parameter is required but was not present in the request when "
                    + "Segment parameter is present")
        case (nil, _?):
            throw .validation(
                "The Segment parameter is required but was not present in the request when "
                    + "parameter TotalSegments is present")
        case (let number?, let count?):
            guard number < count else {
                throw .validation(
                    "The Segment parameter is zero-based and must be less than parameter TotalSegments: "
                        + "Segment: \(number) is not less than TotalSegments: \(count)")
            }
            return (number, count)
        }
    }
}
