import Testing

@testable import Stacks

/// Template texts for tests. A line that ends in `# !` is where a finding is expected.
enum TemplateText {
    /// A pipe from a table to a function with a dead-letter queue, all that is needed and no more.
    static let pipeline = """
        Resources:
          Orders:
            Type: AWS::DynamoDB::Table
            Properties:
              BillingMode: PAY_PER_REQUEST
              AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
              KeySchema: [{AttributeName: id, KeyType: HASH}]
              StreamSpecification: {StreamViewType: NEW_IMAGE}
          Worker:
            Type: AWS::Lambda::Function
            Properties:
              Runtime: provided.al2023
              Handler: bootstrap
              Role: arn:aws:iam::000000000000:role/worker
              Code: {S3Bucket: code, S3Key: v1/Worker.zip}
          Letters:
            Type: AWS::SQS::Queue
          Flow:
            Type: AWS::Pipes::Pipe
            Properties:
              RoleArn: arn:aws:iam::000000000000:role/flow
              Source: !GetAtt Orders.StreamArn
              SourceParameters:
                DynamoDBStreamParameters:
                  StartingPosition: LATEST
                  BatchSize: 10
                  DeadLetterConfig: {Arn: !GetAtt Letters.Arn}
              Target: !GetAtt Worker.Arn
        """

    /// `pipeline` with one passage replaced; the test fails when the passage is not there.
    static func pipeline(_ old: String, _ new: String, sourceLocation: SourceLocation = #_sourceLocation) -> String {
        let text = pipeline.replacing(old, with: new)
        if text == pipeline { Issue.record("\"\(old)\" is not in the template", sourceLocation: sourceLocation) }
        return text
    }

    /// One queue, with lines put in place of its properties.
    static func queue(_ properties: String, sections: String = "") -> String {
        sections + "\nResources:\n  Letters:\n    Type: AWS::SQS::Queue\n    Properties:\n"
            + properties.split(separator: "\n").map { "      " + $0 }.joined(separator: "\n") + "\n"
    }

    /// The line, counted from 1, that is marked with `# !`.
    static func markedLine(of text: String) -> Int? {
        text.split(separator: "\n", omittingEmptySubsequences: false).firstIndex { $0.hasSuffix("# !") }.map { $0 + 1 }
    }
}

func makeStack(_ yaml: String, _ options: StackOptions = StackOptions()) throws(TemplateError) -> Stack {
    try Stack(Template(yaml: yaml, file: "template.yaml"), options: options)
}

/// The errors of a template; empty when it has none.
func errors(in yaml: String, _ options: StackOptions = StackOptions()) -> [Diagnostic] {
    do {
        _ = try makeStack(yaml, options)
        return []
    } catch {
        return error.diagnostics
    }
}

/// The value of the only output of a template that has these sections and one output.
func output(_ value: String, sections: String = "", _ options: StackOptions = StackOptions()) throws -> String {
    let yaml = TemplateText.pipeline + "\n" + sections + "\nOutputs:\n  Out:\n    Value: \(value)\n"
    return try #require(try makeStack(yaml, options).outputs.first).value
}
