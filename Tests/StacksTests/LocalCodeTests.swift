import Foundation
import Testing

@testable import Stacks

/// What `sluice deploy` changes in a template before it gives it to `aws cloudformation package`.
@Suite struct LocalCodeTests {
    private static let head = """
        Resources:
          F:
            Type: AWS::Lambda::Function
            Properties:

        """

    private func edit(_ text: String, _ path: String = "/zips/F.zip") throws -> String {
        let template = try Template(yaml: text, file: "t.yaml")
        return try template.text(text, withLocalCode: ["F": path])
    }

    @Test func aBlockGivesWayAndItsNeighboursStay() throws {
        let text =
            Self.head + """
                      # Before.
                      Code:  # where it lies
                        S3Bucket: !Sub "${AWS::AccountId}"
                        # Between.
                        S3Key: F.zip

                      # After.
                      Timeout: 30   # seconds

                """
        let edited =
            Self.head + """
                      # Before.
                      Code: "/zips/F.zip"

                      # After.
                      Timeout: 30   # seconds

                """
        #expect(try edit(text) == edited)
    }

    @Test func aBlockAtTheEndOfTheFileGivesWay() throws {
        #expect(try edit(Self.head + "      Code:\n        S3Key: F.zip") == Self.head + "      Code: \"/zips/F.zip\"")
    }

    @Test func linesEndAsTheyDid() throws {
        let text = (Self.head + "      Code:\n        S3Key: F.zip\n      Timeout: 3\n").replacing("\n", with: "\r\n")
        let edited = (Self.head + "      Code: \"/zips/F.zip\"\n      Timeout: 3\n").replacing("\n", with: "\r\n")
        #expect(try edit(text) == edited)
    }

    @Test func bracesGiveWayOverLinesAndQuotes() throws {
        let text =
            Self.head
            + "      Code: {S3Bucket: \"a}\\\"}\", S3Key: '}''F.zip',\n        S3ObjectVersion: v} # x\n      Timeout: 3\n"
        #expect(try edit(text) == Self.head + "      Code: \"/zips/F.zip\" # x\n      Timeout: 3\n")
    }

    @Test func commentsBetweenBracesAreNoPartOfThem() throws {
        let text =
            Self.head
            + "      Code: {  # don't } touch\n        # \" {\n        S3Bucket: a#b,\n        S3Key: F.zip}\n      Timeout: 3\n"
        #expect(try edit(text) == Self.head + "      Code: \"/zips/F.zip\"\n      Timeout: 3\n")
    }

    /// A quote that opens nothing: the search for the closing brace runs on to the next one.
    @Test(arguments: [
        "      Code: {S3Bucket: b, S3Key: don't}\n      Tags: [{Key: a, Value: it's}]\n      Timeout: 3\n",
        "      Code: {S3Bucket: b, S3Key: don't}\n      Tracing: {Mode: it's}\n      Timeout: 3\n",
        "      Code: {S3Bucket: b, S3Key: don't}\n  G:\n    Type: AWS::SQS::Queue\n    Properties: {QueueName: it's}\n",
    ])
    func aNeighbourIsNeverLost(code: String) throws {
        #expect(try Template(yaml: Self.head + code, file: "t").functionsInBuckets == ["F"])
        let error = try #require(throws: TemplateError.self) { try edit(Self.head + code) }
        #expect(error.description.contains("this Code cannot be replaced"))
    }

    @Test func aTemplateInJSONStaysOne() throws {
        let text = """
            {"Resources": {"F": {"Type": "AWS::Lambda::Function", "Properties": {
              "Code": {"S3Bucket": {"Ref": "AWS::AccountId"}, "S3Key": "F.zip"},
              "Timeout": 30
            }}}}
            """
        #expect(
            try edit(text)
                == text.replacing(
                    #"{"S3Bucket": {"Ref": "AWS::AccountId"}, "S3Key": "F.zip"}"#, with: #""/zips/F.zip""#))
    }

    @Test func aPathIsQuoted() throws {
        let text = Self.head + "      Code:\n        S3Key: F.zip\n"
        let path = "/a \"b\"\\#: {ü}.zip"
        let template = try Template(yaml: try edit(text, path), file: "t")
        #expect(template.resources[0].properties.members?[0].value.text == path)
    }

    @Test func codeThatIsLocalAlreadyIsLeftAlone() throws {
        let text = Self.head + "      Code: ./F.zip\n"
        #expect(try edit(text) == text)
        #expect(try Template(yaml: text, file: "t").functionsInBuckets.isEmpty)
    }

    @Test(arguments: [
        "      Code: &code\n        S3Key: F.zip\n", "      ? Code\n      : {S3Key: F.zip}\n",
    ])
    func whatCannotBeReplacedIsSaidAndNeverGuessed(code: String) throws {
        let template = try Template(yaml: Self.head + code, file: "t.yaml")
        #expect(template.functionsInBuckets == ["F"])
        let error = try #require(throws: TemplateError.self) { try edit(Self.head + code) }
        #expect(error.description.contains("t.yaml:5: F: this Code cannot be replaced"))
    }

    @Test func theProjectsTemplateChangesInTheseLinesAlone() throws {
        let path = ProjectTemplateTests.path
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let template = try Template(yaml: text, file: "template.yaml")
        let functions = template.functionsInBuckets
        #expect(functions == ["OrderProcessorFunction", "PremiumServiceFunction"])
        let paths = Dictionary(uniqueKeysWithValues: functions.map { ($0, "/z/\($0).zip") })
        let edited = try template.text(text, withLocalCode: paths)
        let difference = edited.split(separator: "\n", omittingEmptySubsequences: false)
            .difference(from: text.split(separator: "\n", omittingEmptySubsequences: false))
        #expect(difference.insertions.count == 2 && difference.removals.count == 6)
        #expect(template.deletionPolicy(of: "OrdersTable") == .retain)
        #expect(template.deletionPolicy(of: "IdempotencyTable") == .delete)
        #expect(template.deletionPolicy(of: "StandardOrderPipe") == nil)
        #expect(template.parameterDefault("CodeBucketPrefix") == "sluice-code")
    }
}
