import Testing

@testable import Stacks

/// A template with one mistake, marked by `# !` in the line that the message must name.
struct BadTemplate: Sendable, CustomTestStringConvertible {
    var name: String
    var logicalID: String?
    /// What the message must hold: the thing and the remedy.
    var message: String
    var yaml: String

    var testDescription: String { name }

    init(_ name: String, _ logicalID: String?, _ message: String, _ yaml: String) {
        self.name = name
        self.logicalID = logicalID
        self.message = message
        self.yaml = yaml
    }

    /// A mistake in the minimal pipeline: one passage replaced.
    init(_ name: String, _ logicalID: String?, _ message: String, _ old: String, _ new: String) {
        self.init(name, logicalID, message, TemplateText.pipeline(old, new))
    }
}

@Suite struct BadTemplateTests {
    @Test func theMinimalPipelineIsGood() {
        #expect(errors(in: TemplateText.pipeline) == [])
    }

    @Test(arguments: all) func isRefused(_ bad: BadTemplate) {
        let found = errors(in: bad.yaml)
        #expect(found.count == 1, "\(found)")
        guard let first = found.first else { return }
        #expect(first.message.contains(bad.message), "\(first)")
        #expect(first.logicalID == bad.logicalID)
        #expect(first.line == TemplateText.markedLine(of: bad.yaml), "\(first)")
        #expect(first.file == "template.yaml")
        #expect(!first.description.contains("\n"))
    }

    static let all = sections + resources + tables + functions + queues + pipes + stages

    static let sections: [BadTemplate] = [
        BadTemplate("YAML syntax", nil, "not valid YAML", "Resources:\n  A: [1, 2\n  B: 3 # !"),
        BadTemplate("YAML that breaks off", nil, "not valid YAML at its end", "Resources:\n  A: [1, 2 # !"),
        BadTemplate("tab", nil, "not valid YAML", "Resources:\n\tA: 1 # !"),
        BadTemplate("empty", nil, "the template is empty", ""),
        BadTemplate("scalar", nil, "a template is a mapping", "hello # !"),
        BadTemplate("duplicate key", nil, "appears more than once", "Resources:\n  A: 1 # !\n  A: 2"),
        BadTemplate(
            "unknown section", nil, "Resource is not a section of a template (did you mean Resources?)",
            TemplateText.pipeline + "\nResource: {A: 1} # !"),
        BadTemplate("no resources", nil, "no section Resources", "Description: nothing"),
        BadTemplate("resources empty", nil, "Resources is empty", "Resources: {} # !"),
        BadTemplate("null", nil, "Metadata has no value", TemplateText.pipeline + "\nMetadata: # !"),
        BadTemplate("null alone", nil, "the template is empty", "---\n~"),
        BadTemplate("version", nil, "2010-09-09", TemplateText.pipeline + "\nAWSTemplateFormatVersion: 2020-01-01 # !"),
        BadTemplate(
            "transform", nil, "Transform is not supported",
            TemplateText.pipeline + "\nTransform: AWS::Serverless-2016-10-31 # !"),
        BadTemplate(
            "output without value", "Out", "has no Value", TemplateText.pipeline + "\nOutputs:\n  Out: {Export: {}} # !"
        ),
    ]

    static let resources: [BadTemplate] = [
        BadTemplate("no type", "Letters", "Type is missing", "Resources:\n  Letters: {Properties: {}} # !"),
        BadTemplate(
            "wrong type", "Letters", "no resource type AWS::SQS::Que (did you mean AWS::SQS::Queue?)",
            "Resources:\n  Letters:\n    Type: AWS::SQS::Que # !"),
        BadTemplate(
            "wrong service", "Letters", "(did you mean AWS::DynamoDB::Table?)",
            "Resources:\n  Letters:\n    Type: AWS::DynamoDb::Table # !"),
        BadTemplate(
            "no type at all", "Letters", "is not a resource type", "Resources:\n  Letters:\n    Type: Queue # !"),
        BadTemplate(
            "SAM", "Worker", "is a type of AWS SAM",
            "Resources:\n  Worker:\n    Type: AWS::Serverless::Function # !"),
        BadTemplate(
            "wrong attribute", "Letters", "Property is not an attribute of a resource (did you mean Properties?)",
            "Resources:\n  Letters:\n    Type: AWS::SQS::Queue\n    Property: {} # !"),
        BadTemplate(
            "deletion policy", "Letters", "must be one of Delete, Retain",
            "Resources:\n  Letters:\n    Type: AWS::SQS::Queue\n    DeletionPolicy: Keep # !"),
        BadTemplate(
            "logical ID", "My-Queue", "letters and digits only", "Resources:\n  My-Queue: {Type: AWS::SQS::Queue} # !"),
        BadTemplate(
            "same name as a parameter", "Letters", "is the name of a parameter too",
            "Parameters: {Letters: {Type: String, Default: x}}\nResources:\n  Letters: {Type: AWS::SQS::Queue} # !"),
        BadTemplate(
            "DependsOn", "Letters", "DependsOn names Oders",
            "Resources:\n  Letters:\n    Type: AWS::SQS::Queue\n    DependsOn: Oders # !"),
        BadTemplate(
            "condition", "Letters", "Never is not a condition",
            "Resources:\n  Letters: # !\n    Type: AWS::SQS::Queue\n    Condition: Never"),
        BadTemplate(
            "dangling reference in what does not run here", "Role", "Orders is not a resource",
            "Resources:\n  Role:\n    Type: AWS::IAM::Role\n    Properties:\n      X: !GetAtt Orders.Arn # !"),
        BadTemplate(
            "circle", "A", "in a circle: A → B → A",
            """
            Resources:
              A: # !
                Type: AWS::IAM::Role
                Properties: {RoleName: !Ref B}
              B:
                Type: AWS::IAM::Role
                Properties: {RoleName: !Ref A}
            """),
    ]

    static let tables: [BadTemplate] = [
        BadTemplate(
            "key not defined", "Orders", "the key attribute orderId is not in AttributeDefinitions",
            "      KeySchema: [{AttributeName: id, KeyType: HASH}]",
            "      KeySchema: [{AttributeName: id, KeyType: HASH}, {AttributeName: orderId, KeyType: RANGE}] # !"),
        BadTemplate(
            "definition not used", "Orders", "which is no key of the table or an index",
            "[{AttributeName: id, AttributeType: S}]",
            "[{AttributeName: id, AttributeType: S}, {AttributeName: x, AttributeType: S}] # !"),
        BadTemplate(
            "range first", "Orders", "must be HASH, or HASH then RANGE",
            "KeySchema: [{AttributeName: id, KeyType: HASH}]",
            "KeySchema: [{AttributeName: id, KeyType: RANGE}] # !"),
        BadTemplate(
            "attribute type", "Orders", "AttributeType must be S, N or B, not M",
            "[{AttributeName: id, AttributeType: S}]", "[{AttributeName: id, AttributeType: M}] # !"),
        BadTemplate(
            "view type", "Orders", "StreamViewType must be KEYS_ONLY",
            "{StreamViewType: NEW_IMAGE}", "{StreamViewType: NEW} # !"),
        BadTemplate(
            "billing", "Orders", "ProvisionedThroughput contradicts BillingMode",
            "      BillingMode: PAY_PER_REQUEST",
            """
                  BillingMode: PAY_PER_REQUEST
                  ProvisionedThroughput: {ReadCapacityUnits: 1, WriteCapacityUnits: 1} # !
            """),
        BadTemplate(
            "time to live", "Orders", "enabled without AttributeName",
            "      BillingMode: PAY_PER_REQUEST",
            "      BillingMode: PAY_PER_REQUEST\n      TimeToLiveSpecification: {Enabled: true} # !"),
        BadTemplate(
            "index projection", "Orders", "INCLUDE needs NonKeyAttributes",
            "      BillingMode: PAY_PER_REQUEST",
            """
                  BillingMode: PAY_PER_REQUEST
                  GlobalSecondaryIndexes:
                    - IndexName: byId
                      KeySchema: [{AttributeName: id, KeyType: HASH}]
                      Projection: {ProjectionType: INCLUDE} # !
            """),
        BadTemplate(
            "table name", "Orders", "TableName must have 3 to 255 characters",
            "      BillingMode: PAY_PER_REQUEST", "      BillingMode: PAY_PER_REQUEST\n      TableName: a/b # !"),
        BadTemplate(
            "import", "Orders", "ImportSourceSpecification of AWS::DynamoDB::Table is not supported here",
            "      BillingMode: PAY_PER_REQUEST",
            "      BillingMode: PAY_PER_REQUEST\n      ImportSourceSpecification: {} # !"),
    ]

    static let functions: [BadTemplate] = [
        BadTemplate(
            "wrong property", "Worker", "TimeOut is not a property of AWS::Lambda::Function (did you mean Timeout?)",
            "      Handler: bootstrap", "      Handler: bootstrap\n      TimeOut: 3 # !"),
        BadTemplate(
            "time-out range", "Worker", "Timeout must be 1 to 900, not 901", "      Handler: bootstrap",
            "      Handler: bootstrap\n      Timeout: 901 # !"),
        BadTemplate(
            "memory type", "Worker", "MemorySize must be an integer, not \"lots\"", "      Handler: bootstrap",
            "      Handler: bootstrap\n      MemorySize: lots # !"),
        BadTemplate(
            "environment type", "Worker", "Variables must be a mapping, not a list", "      Handler: bootstrap",
            "      Handler: bootstrap\n      Environment:\n        Variables: [a] # !"),
        BadTemplate(
            "runtime", "Worker", "the runtime nodejs22.x is not supported here", "Runtime: provided.al2023",
            "Runtime: nodejs22.x # !"),
        BadTemplate(
            "inline code", "Worker", "ZipFile of Code is not supported here",
            "Code: {S3Bucket: code, S3Key: v1/Worker.zip}", "Code: {S3Bucket: a, S3Key: b, ZipFile: x} # !"),
        BadTemplate(
            "no handler", "Worker", "needs Handler",
            TemplateText.pipeline("      Handler: bootstrap\n", "").replacing("  Worker:", with: "  Worker: # !")
                .replacing("      Role: arn", with: "      Role: arn")),
    ]

    static let queues: [BadTemplate] = [
        BadTemplate(
            "retention", "Letters", "MessageRetentionPeriod must be 60 to 1209600, not 1209601",
            TemplateText.queue("MessageRetentionPeriod: 1209601 # !")),
        BadTemplate(
            "boolean", "Letters", "FifoQueue must be true or false, not \"maybe\"",
            TemplateText.queue("FifoQueue: maybe # !")),
        BadTemplate(
            "FIFO name", "Letters", "ends in .fifo", TemplateText.queue("FifoQueue: true\nQueueName: letters # !")),
        BadTemplate(
            "FIFO property", "Letters", "is for FIFO queues",
            TemplateText.queue("ContentBasedDeduplication: true # !")),
        BadTemplate(
            "list for a value", "Letters", "QueueName must be a single value, not a list",
            TemplateText.queue("QueueName: [a] # !")),
        BadTemplate(
            "redrive to nowhere", "Letters", "is not in this template",
            TemplateText.queue("RedrivePolicy: {deadLetterTargetArn: \"arn:aws:sqs:x\"}")
                .replacing("Letters:", with: "Letters: # !")),
        BadTemplate(
            "same name", "B", "the queue name same is already that of A",
            """
            Resources:
              A: {Type: AWS::SQS::Queue, Properties: {QueueName: same}}
              B: {Type: AWS::SQS::Queue, Properties: {QueueName: same}} # !
            """),
    ]

    private static let batch = "          BatchSize: 10"
    private static let deadLetters = "          DeadLetterConfig: {Arn: !GetAtt Letters.Arn}"
    private static let target = "      Target: !GetAtt Worker.Arn"
    private static let parameters = "      SourceParameters:"

    static let pipes: [BadTemplate] = [
        BadTemplate(
            "missing property", "Flow", "AWS::Pipes::Pipe needs the property RoleArn",
            TemplateText.pipeline("      RoleArn: arn:aws:iam::000000000000:role/flow\n", "")
                .replacing("  Flow:", with: "  Flow: # !")),
        BadTemplate("batch size", "Flow", "BatchSize must be 1 to 10000, not 0", batch, "          BatchSize: 0 # !"),
        BadTemplate(
            "window", "Flow", "MaximumBatchingWindowInSeconds must be 0 to 300, not 301", batch,
            batch + "\n          MaximumBatchingWindowInSeconds: 301 # !"),
        BadTemplate(
            "lanes", "Flow", "ParallelizationFactor must be 1 to 10, not 11", batch,
            batch + "\n          ParallelizationFactor: 11 # !"),
        BadTemplate(
            "retries", "Flow", "MaximumRetryAttempts must be -1 to 10000, not -2", batch,
            batch + "\n          MaximumRetryAttempts: -2 # !"),
        BadTemplate(
            "age", "Flow", "MaximumRecordAgeInSeconds must be -1 to 604800", batch,
            batch + "\n          MaximumRecordAgeInSeconds: 604801 # !"),
        BadTemplate(
            "bisect", "Flow", "OnPartialBatchItemFailure must be AUTOMATIC_BISECT, not BISECT", batch,
            batch + "\n          OnPartialBatchItemFailure: BISECT # !"),
        BadTemplate(
            "position", "Flow", "StartingPosition must be LATEST or TRIM_HORIZON", "StartingPosition: LATEST",
            "StartingPosition: NEWEST # !"),
        BadTemplate(
            "source is no stream", "Flow", "Source must be the stream of a table", "!GetAtt Orders.StreamArn",
            "!GetAtt Orders.Arn # !"),
        BadTemplate(
            "table without stream", "Flow", "Orders has no stream",
            TemplateText.pipeline("      StreamSpecification: {StreamViewType: NEW_IMAGE}\n", "")
                .replacing("!GetAtt Orders.StreamArn", with: "!GetAtt Orders.StreamArn # !")),
        BadTemplate(
            "target is an alias", "Flow", "names a version or alias", target,
            "      Target: !Sub \"${Worker.Arn}:live\" # !"),
        BadTemplate(
            "dangling target", "Flow", "Wroker is not a resource of the template (did you mean Worker?)", target,
            "      Target: !GetAtt Wroker.Arn # !"),
        BadTemplate(
            "dead letters to FIFO", "Flow", "is a FIFO queue",
            TemplateText.pipeline(
                "    Type: AWS::SQS::Queue", "    Type: AWS::SQS::Queue\n    Properties: {FifoQueue: true}"
            )
            .replacing(deadLetters, with: deadLetters + " # !")),
        BadTemplate(
            "dead letters to a topic", "Flow", "an SNS topic for dead letters is not supported here", deadLetters,
            "          DeadLetterConfig: {Arn: \"arn:aws:sns:us-east-1:000000000000:alarm\"} # !"),
        BadTemplate(
            "dead letters to nowhere", "Flow", "is not in this template", deadLetters,
            "          DeadLetterConfig: {Arn: \"arn:aws:sqs:us-east-1:000000000000:other\"} # !"),
        BadTemplate(
            "logs to S3", "Flow", "S3LogDestination of LogConfiguration is not supported here: there is no S3", target,
            target + "\n      LogConfiguration: {Level: INFO, S3LogDestination: {BucketName: x}} # !"),
        BadTemplate(
            "logs to Firehose", "Flow", "FirehoseLogDestination of LogConfiguration is not supported here", target,
            target + "\n      LogConfiguration: {FirehoseLogDestination: {DeliveryStreamArn: x}} # !"),
        BadTemplate(
            "logs to no group", "Flow",
            "LogGroupArn must be the ARN of a log group, such as !GetAtt PipeLogs.Arn, not x",
            target,
            target + "\n      LogConfiguration: {Level: INFO, CloudwatchLogsLogDestination: {LogGroupArn: x}} # !"),
        BadTemplate(
            "logs of no level", "Flow", "Level must be", target,
            target + "\n      LogConfiguration: {Level: DEBUG} # !"),
        BadTemplate(
            "logs of other data", "Flow", "must be", target,
            target + "\n      LogConfiguration: {IncludeExecutionData: [SOME]} # !"),
        BadTemplate(
            "pattern is no text", "Flow", "Pattern must be a single value, not a mapping", parameters,
            parameters + "\n        FilterCriteria: {Filters: [{Pattern: {eventName: [INSERT]}}]} # !"),
        BadTemplate(
            "too many patterns", "Flow", "Filters must have 0 to 5 elements, not 6", parameters,
            parameters + "\n        FilterCriteria:\n          Filters: ["
                + String(repeating: "{Pattern: '{}'},", count: 6)
                + "] # !"),
        BadTemplate(
            "pattern too long", "Flow", "Pattern has 4097 characters", parameters,
            parameters + "\n        FilterCriteria: {Filters: [{Pattern: \"" + String(repeating: "x", count: 4097)
                + "\"}]} # !"),
    ]

    private static func parameters(_ text: String) -> String { target + "\n      TargetParameters: {\(text)} # !" }
    private static let toQueue = "      Target: !GetAtt Letters.Arn"

    static let stages: [BadTemplate] = [
        BadTemplate(
            "target is a table", "Flow", "Target must be a function or standard queue of this template", target,
            "      Target: !GetAtt Orders.Arn # !"),
        BadTemplate(
            "target is a name", "Flow", "Target must be a function or standard queue of this template", target,
            "      Target: Worker # !"),
        BadTemplate(
            "target is a state machine", "Flow",
            "Target is a Step Functions state machine (arn:aws:states:us-east-1:000000000000:stateMachine:m), which"
                + " pipes here do not lead to; use a function or standard queue of this template", target,
            "      Target: arn:aws:states:us-east-1:000000000000:stateMachine:m # !"),
        BadTemplate(
            "target is a topic", "Flow", "Target is an SNS topic", target,
            "      Target: arn:aws:sns:us-east-1:000000000000:t # !"),
        BadTemplate(
            "target is another queue", "Flow", "Target is a queue of another template", target,
            "      Target: arn:aws:sqs:us-east-1:000000000000:other # !"),
        BadTemplate(
            "target is a FIFO queue", "Flow", "Target Line is a FIFO queue", target,
            "      Target: !GetAtt Line.Arn # !\n  Line: {Type: AWS::SQS::Queue, Properties: {FifoQueue: true}}"),
        BadTemplate(
            "other target's parameters", "Flow", "KinesisStreamParameters of TargetParameters is not supported here",
            target, parameters("KinesisStreamParameters: {PartitionKey: a}")),
        BadTemplate(
            "message group", "Flow", "MessageGroupId of SqsQueueParameters is not supported here", target,
            toQueue + "\n      TargetParameters: {SqsQueueParameters: {MessageGroupId: a}} # !"),
        BadTemplate(
            "queue's parameters for a function", "Flow", "SqsQueueParameters is not for a function", target,
            parameters("SqsQueueParameters: {}")),
        BadTemplate(
            "function's parameters for a queue", "Flow", "LambdaFunctionParameters is not for a queue", target,
            toQueue + "\n      TargetParameters: {LambdaFunctionParameters: {InvocationType: REQUEST_RESPONSE}} # !"),
        BadTemplate(
            "invocation type", "Flow", "InvocationType must be FIRE_AND_FORGET or REQUEST_RESPONSE, not FIRE", target,
            parameters("LambdaFunctionParameters: {InvocationType: FIRE}")),
        BadTemplate(
            "batch for a queue", "Flow", "BatchSize must be 1 to 10 for a queue as target, not 11",
            TemplateText.pipeline(batch, "          BatchSize: 11 # !").replacing(target, with: toQueue)),
        BadTemplate(
            "input template too long", "Flow", "InputTemplate has 8193 characters and may have 8192", target,
            parameters("InputTemplate: \"\(String(repeating: "x", count: 8_193))\"")),
        BadTemplate(
            "input template is no text", "Flow", "InputTemplate must be a single value, not a mapping", target,
            parameters("InputTemplate: {a: 1}")),
        BadTemplate(
            "enrichment is a queue", "Flow", "Enrichment must be a function of this template", target,
            target + "\n      Enrichment: !GetAtt Letters.Arn # !"),
        BadTemplate(
            "enrichment is an alias", "Flow", "Enrichment names a version or alias", target,
            target + "\n      Enrichment: !Sub \"${Worker.Arn}:live\" # !"),
        BadTemplate(
            "enrichment is a state machine", "Flow", "Enrichment is a Step Functions state machine", target,
            target + "\n      Enrichment: arn:aws:states:us-east-1:000000000000:stateMachine:m # !"),
        BadTemplate(
            "enrichment is an API", "Flow", "Enrichment is an API of API Gateway", target,
            target + "\n      Enrichment: arn:aws:execute-api:us-east-1:000000000000:a/b/GET/c # !"),
        BadTemplate(
            "enrichment is an API destination", "Flow", "Enrichment is an event bus or API destination", target,
            target + "\n      Enrichment: arn:aws:events:us-east-1:000000000000:api-destination/a/b # !"),
        BadTemplate(
            "enrichment over HTTP", "Flow", "HttpParameters of EnrichmentParameters is not supported here", target,
            target
                + "\n      Enrichment: !GetAtt Worker.Arn\n      EnrichmentParameters: {HttpParameters: {}} # !"),
        BadTemplate(
            "enrichment's parameters alone", "Flow", "EnrichmentParameters are there and no Enrichment is", target,
            target + "\n      EnrichmentParameters: {InputTemplate: x} # !"),
        BadTemplate(
            "enrichment's template too long", "Flow", "InputTemplate has 8193 characters", target,
            target + "\n      Enrichment: !GetAtt Worker.Arn\n      EnrichmentParameters: {InputTemplate: \""
                + String(repeating: "x", count: 8_193) + "\"} # !"),
    ]

    @Test func allErrorsAreReportedInTheOrderOfTheFile() {
        let yaml = """
            Resources:
              Letters:
                Type: AWS::SQS::Queue
                Properties:
                  DelaySeconds: 1000
                  Retention: 5
              Worker:
                Type: AWS::Lambda::Function
                Properties:
                  Runtime: provided.al2023
                  Handler: bootstrap
                  Code: {S3Bucket: a, S3Key: b.zip}
                  Role: !GetAtt Nobody.Arn
            Outpust: {}
            """
        let found = errors(in: yaml)
        #expect(found.map(\.line) == [5, 6, 13, 14])
        let error = TemplateError(file: "template.yaml", diagnostics: found)
        #expect(
            error.description.split(separator: "\n").first
                == "template.yaml:5: Letters: DelaySeconds must be 0 to 900, not 1000")
        #expect(found[0].path == "Resources.Letters.Properties.DelaySeconds")
    }

    @Test func aMissingFileIsSaid() {
        #expect {
            _ = try Template.load(path: "/no/such/template.yaml")
        } throws: { error in
            "\(error)" == "/no/such/template.yaml: there is no such template; name another with --template"
        }
        #expect { _ = try Template.load(path: "/tmp") } throws: { "\($0)".contains("cannot be read") }
    }
}
