/// How a request names a table: by its name, or by its ARN.
enum TableReference {
    private static let prefix = "arn:"
    private static let resource = "table/"

    /// The table's name. What is no table's ARN is handed back as it is; the constraints on names will refuse it.
    static func name(_ text: String) -> String { parts(ofARN: text)?.name ?? text }

    /// The name, and the region and account, that a table's ARN holds: `arn:aws:dynamodb:REGION:ACCOUNT:table/NAME`.
    static func parts(ofARN text: String) -> (region: String, account: String, name: String)? {
        guard text.hasPrefix(prefix) else { return nil }
        let fields = text.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        guard fields.count == 6, fields[2] == "dynamodb", fields[5].hasPrefix(resource) else { return nil }
        return (String(fields[3]), String(fields[4]), String(fields[5].dropFirst(resource.count)))
    }

    /// The request with the table's name in place of its ARN, so that the constraints on names hold for both.
    static func resolved(_ request: RequestValue) -> RequestValue {
        guard case .object(var members) = request, case .string(let text)? = members["TableName"] else {
            return request
        }
        members["TableName"] = .string(name(text))
        return .object(members)
    }
}
