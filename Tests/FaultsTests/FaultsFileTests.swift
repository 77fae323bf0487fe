import Clocks
import Faults
import Stacks
import Testing

@Suite struct FaultsFileTests {
    private static let template = """
        Resources:
          Orders:
            Type: AWS::DynamoDB::Table
            Properties:
              TableName: orders-table
              AttributeDefinitions: [{AttributeName: orderId, AttributeType: S}]
              KeySchema: [{AttributeName: orderId, KeyType: HASH}]
              BillingMode: PAY_PER_REQUEST
              StreamSpecification: {StreamViewType: NEW_AND_OLD_IMAGES}
          Failures: {Type: AWS::SQS::Queue, Properties: {QueueName: failures}}
          Role:
            Type: AWS::IAM::Role
            Properties: {AssumeRolePolicyDocument: {Statement: []}}
          Worker:
            Type: AWS::Lambda::Function
            Properties:
              FunctionName: worker
              Runtime: provided.al2023
              Handler: bootstrap
              Role: arn:aws:iam::000000000000:role/all
              Code: {S3Bucket: code, S3Key: worker.zip}
          Way:
            Type: AWS::Pipes::Pipe
            Properties:
              Name: way
              RoleArn: arn:aws:iam::000000000000:role/all
              Source: !GetAtt Orders.StreamArn
              SourceParameters: {DynamoDBStreamParameters: {StartingPosition: TRIM_HORIZON, BatchSize: 10}}
              Target: !GetAtt Worker.Arn
        """

    private static func stack() throws -> Stack { try Stack(Template(yaml: template, file: "template.yaml")) }

    private func read(_ yaml: String) throws -> FaultPlan {
        try FaultsFile(yaml: yaml, file: "faults.yaml", for: Self.stack()).plan
    }

    /// The lines that a file is refused with.
    private func refusal(_ yaml: String) throws -> [String] {
        do {
            _ = try read(yaml)
            return []
        } catch let error as FaultsFileError {
            return error.description.split(separator: "\n").map(String.init)
        }
    }

    @Test func anAliasBombIsRefused() throws {
        var yaml = "list:\n- &a0 [x, x]\n"
        for level in 1...9 {
            yaml += "- &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", "))]\n"
        }
        let lines = try refusal(yaml + "? *a9\n: x\n")
        #expect(lines.count == 1)
        #expect(lines.first?.contains("the file repeats itself through aliases; flatten it") == true, "\(lines)")
    }

    @Test func aWholeFile() throws {
        let plan = try read(
            """
            seed: 7
            faults:
              - resource: Worker
                fault: error
                rate: 0.05
                after: 100
                count: 3
              - {resource: Worker, fault: slow, delay: 1m30s}
              - {fault: crash, resource: Worker, delay: 20ms}
              - {resource: Orders, fault: throttle}
              - {resource: Failures, fault: storageError}
              - {resource: Way, fault: storageError, rate: 1}
            """)
        #expect(plan.seed == 7)
        #expect(
            plan.rules == [
                FaultRule(
                    kind: .function, logicalID: "Worker", name: "worker", fault: .error, rate: 0.05, after: 100,
                    count: 3, line: 3),
                FaultRule(
                    kind: .function, logicalID: "Worker", name: "worker", fault: .slow, delay: .seconds(90), line: 8),
                FaultRule(
                    kind: .function, logicalID: "Worker", name: "worker", fault: .crash, delay: .milliseconds(20),
                    line: 9),
                FaultRule(kind: .table, logicalID: "Orders", name: "orders-table", fault: .throttle, line: 10),
                FaultRule(kind: .queue, logicalID: "Failures", name: "failures", fault: .storageError, line: 11),
                FaultRule(kind: .pipe, logicalID: "Way", name: "way", fault: .storageError, line: 12),
            ])
    }

    @Test func theSeedMayBeLeftOut() throws {
        #expect(try read("faults: [{resource: Worker, fault: error}]").seed == 0)
        #expect(try read(#"{"faults": [{"resource": "Worker", "fault": "error"}]}"#).rules.count == 1)
    }

    @Test(arguments: [
        ("", "faults.yaml: the file is empty; give a list of faults"),
        ("7", "faults.yaml:1: the file must be a mapping with the keys faults, seed"),
        ("seed: 1", "faults.yaml:1: there are no faults; give a list of them under the key faults"),
        ("seed: 1\nfaults: []", "faults.yaml:2: faults must be a list of one fault or more"),
        ("faults: {resource: Worker}", "faults.yaml:1: faults must be a list of one fault or more"),
        ("faults:\n  - 5", "faults.yaml:2: a fault must be a mapping with the keys"),
        ("faults: [1, 2\nseed: 3", "faults.yaml:2: not valid YAML at column"),
        ("seed: 1\nseed: 2\nfaults: []", "faults.yaml:1: the key seed appears more than once"),
        ("seed: -1\n", "faults.yaml:1: seed must be a whole number of 0 or more, not -1"),
        ("seed: 1.5\n", "faults.yaml:1: seed must be a whole number of 0 or more, not 1.5"),
        ("sed: 1\n", "faults.yaml:1: sed is not a key of the file (did you mean seed?); there are faults, seed"),
    ])
    func theWholeIsRefused(_ yaml: String, _ message: String) throws {
        let good = "faults:\n  - {resource: Worker, fault: error}\n"
        let text = yaml.hasSuffix("\n") ? yaml + good : yaml
        let refusal = try refusal(text)
        #expect(refusal.count == 1, "\(refusal)")
        #expect(refusal.first?.hasPrefix(message) == true, "\(refusal)")
    }

    @Test(arguments: [
        ("fault: error", "the fault has no resource; name a function, queue, table or pipe by its logical ID"),
        ("resource: Worker", "Worker: the fault has no kind; give fault: throttle, error, slow, crash"),
        ("resource: Workr, fault: error", "the template has no resource Workr (did you mean Worker?)"),
        ("resource: worker, fault: error", "the template has no resource worker (did you mean Worker?)"),
        ("resource: orders-table, fault: error", "the template has no resource orders-table (did you mean Orders?)"),
        (
            "resource: Nothing, fault: error",
            "the template has no resource Nothing; there are Failures, Orders, Way, Worker"
        ),
        ("resource: [Worker], fault: error", "resource must be a logical ID of the template"),
        (
            "resource: Role, fault: error",
            "Role: AWS::IAM::Role does not fail here; faults are for functions, queues, tables and pipes"
        ),
        ("resource: Worker, fault: eror", "Worker: eror is not a fault (did you mean error?); there are throttle"),
        (
            "resource: Worker, fault: storageError",
            "Worker: storageError has no meaning for a function, which can have throttle, error, slow, crash"
        ),
        (
            "resource: Orders, fault: crash",
            "Orders: crash has no meaning for a table, which can have throttle, error, slow, lostAnswer, storageError"
        ),
        (
            "resource: Failures, fault: lostAnswer",
            "Failures: lostAnswer has no meaning for a queue, which can have throttle, error, storageError"
        ),
        ("resource: Way, fault: throttle", "Way: throttle has no meaning for a pipe, which can have storageError"),
        (
            "resource: Worker, fault: error, rate: 0",
            "Worker: rate must be a share of the calls, above 0 up to 1, not 0"
        ),
        (
            "resource: Worker, fault: error, rate: 1.1",
            "Worker: rate must be a share of the calls, above 0 up to 1, not 1.1"
        ),
        ("resource: Worker, fault: error, rate: nan", "Worker: rate must be a share"),
        (
            "resource: Worker, fault: error, rate: [1]",
            "Worker: rate must be a share of the calls, above 0 up to 1, not nothing"
        ),
        ("resource: Worker, fault: error, rate: 5%", "Worker: rate must be a share"),
        ("resource: Worker, fault: error, after: -1", "Worker: after must be a whole number of 0 or more, not -1"),
        ("resource: Worker, fault: error, count: 0", "Worker: count must be a whole number of 1 or more, not 0"),
        ("resource: Worker, fault: error, count: 99999999999999999999", "Worker: count must be a whole number"),
        ("resource: Worker, fault: slow", "Worker: slow needs a delay, such as delay: 2s"),
        (
            "resource: Worker, fault: slow, delay: 2",
            "Worker: delay must be a time such as 250ms or 2s, 15m at most, not 2"
        ),
        ("resource: Worker, fault: slow, delay: 0s", "Worker: delay must be a time"),
        ("resource: Worker, fault: slow, delay: 16m", "Worker: delay must be a time"),
        ("resource: Worker, fault: error, delay: 2s", "Worker: delay is for slow and crash; remove it"),
        (
            "resource: Worker, fault: error, rat: 1",
            "rat is not a key of a fault (did you mean rate?); there are after, count"
        ),
    ])
    func aFaultIsRefused(_ fault: String, _ message: String) throws {
        let refusal = try refusal("seed: 1\nfaults:\n  - {\(fault)}\n  - {resource: Worker, fault: error}\n")
        #expect(refusal.count == 1, "\(refusal)")
        #expect(refusal.first?.hasPrefix("faults.yaml:3: \(message)") == true, "\(refusal)")
    }

    @Test func allErrorsAreToldInTheOrderOfTheFile() throws {
        let refusal = try refusal(
            """
            sed: 1
            faults:
              - resource: Nobody
                fault: error
                rate: 2
              - resource: Orders
                fault: crash
                colour: red
            """)
        #expect(
            refusal.map { String($0.prefix(14)) } == [
                "faults.yaml:1:", "faults.yaml:3:", "faults.yaml:5:", "faults.yaml:7:", "faults.yaml:8:",
            ])
    }

    @Test func limits() throws {
        let many = "faults:\n" + String(repeating: "  - {resource: Worker, fault: error}\n", count: 101)
        #expect(try refusal(many) == ["faults.yaml:1: there are 101 faults; give 100 at most"])
        let long = "# " + String(repeating: "x", count: 262_144)
        #expect(try refusal(long).first?.contains("name fewer faults") == true)
    }

    @Test func aFileThatIsNotThere() throws {
        let error = #expect(throws: FaultsFileError.self) {
            try FaultsFile.load(path: "/nowhere/faults.yaml", for: Self.stack())
        }
        #expect(error?.description.hasPrefix("/nowhere/faults.yaml: there is no such file of faults") == true)
    }
}
