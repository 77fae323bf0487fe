/// A review in the Static Analysis Results Interchange Format, version 2.1.0 (OASIS): code hosts and editors read it.
///
/// The names of the members are the format's.
public struct SARIFLog: Encodable, Sendable {
    struct Text: Encodable { let text: String }

    struct Run: Encodable {
        let tool: Tool
        /// What line numbers and columns count.
        let columnKind = "unicodeCodePoints"
        let results: [Result]
    }

    struct Tool: Encodable { let driver: Driver }

    struct Driver: Encodable {
        let name = "sluice check"
        let semanticVersion: String
        let rules: [Descriptor]
    }

    struct Descriptor: Encodable {
        struct Configuration: Encodable { let level: Rule.Severity }

        let id: String
        let shortDescription: Text
        let fullDescription: Text
        let help: Text
        let helpUri: String
        let defaultConfiguration: Configuration
    }

    struct Result: Encodable {
        let ruleId: String
        let ruleIndex: Int
        let level: Rule.Severity
        let message: Text
        let locations: [Location]
        /// Empty for what is not ignored, which tells readers that it was looked for.
        let suppressions: [Suppression]
    }

    struct Suppression: Encodable {
        let kind = "inSource"
        let justification: String
    }

    struct Location: Encodable {
        let physicalLocation: PhysicalLocation
        let logicalLocations: [LogicalLocation]?
    }

    struct PhysicalLocation: Encodable {
        struct Artifact: Encodable { let uri: String }
        struct Region: Encodable { let startLine: Int }

        let artifactLocation: Artifact
        let region: Region
    }

    struct LogicalLocation: Encodable {
        let name: String
        let kind = "resource"
    }

    enum CodingKeys: String, CodingKey { case schema = "$schema", version, runs }

    let schema = "https://json.schemastore.org/sarif-2.1.0.json"
    let version = "2.1.0"
    let runs: [Run]

    /// - Parameters:
    ///   - review: ignored findings are among the results, as suppressed ones.
    ///   - version: of the program.
    ///   - pages: the absolute address of the folder that has the rules' pages, without a slash at its end.
    public init(_ review: ReadinessReview, version: String, pages: String) {
        let rules = Rule.all.map { rule in
            Descriptor(
                id: rule.id, shortDescription: Text(text: rule.title), fullDescription: Text(text: rule.summary),
                help: Text(text: "\(rule.summary) See \(rule.page)."), helpUri: "\(pages)/\(rule.id).md",
                defaultConfiguration: .init(level: rule.severity))
        }
        let results =
            review.findings.map { Self.result($0, suppressions: []) }
            + review.ignored.map { Self.result($0.finding, suppressions: [Suppression(justification: $0.reason)]) }
        runs = [Run(tool: Tool(driver: Driver(semanticVersion: version, rules: rules)), results: results)]
    }

    private static func result(_ finding: Finding, suppressions: [Suppression]) -> Result {
        let place = PhysicalLocation(
            artifactLocation: .init(uri: uri(path: finding.file)), region: .init(startLine: finding.line))
        let location = Location(
            physicalLocation: place, logicalLocations: finding.logicalID.map { [LogicalLocation(name: $0)] })
        return Result(
            ruleId: finding.rule.id, ruleIndex: Rule.all.firstIndex { $0.id == finding.rule.id }!,
            level: finding.rule.severity,
            message: Text(
                text: [finding.logicalID.map { "\($0): " } ?? "", finding.message, " ", finding.repair].joined()),
            locations: [location], suppressions: suppressions)
    }

    /// A path as a URI: a relative one stays relative.
    public static func uri(path: String) -> String {
        let escaped = path.utf8.map { byte -> String in
            if byte.isUnreserved { return String(UnicodeScalar(byte)) }
            let digits = String(byte, radix: 16, uppercase: true)
            return digits.count == 1 ? "%0\(digits)" : "%\(digits)"
        }.joined()
        return path.hasPrefix("/") ? "file://\(escaped)" : escaped
    }
}

extension UInt8 {
    /// Whether a path in a URI has it as it is. RFC 3986, 2.3; a colon in the first part of a relative path is escaped.
    fileprivate var isUnreserved: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"), UInt8(ascii: "/"):
            true
        default: false
        }
    }
}
