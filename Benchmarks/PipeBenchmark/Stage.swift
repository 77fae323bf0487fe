import BenchmarkSupport
import Foundation

/// Where the runs take place: engines with one pipe from the Orders table to a function that does nothing.
struct Stage {
    /// What differs between the runs.
    struct Setting {
        var batchSize = 10
        var lanes = 1
        /// Shards of the stream: each has as many lanes.
        var shards = 1
        var delayMilliseconds = 0
        /// What holds this text fails; nothing when it is empty.
        var poison = ""
    }

    /// How the pipe stands: the members of the status that the runs read.
    struct PipeStatus: Decodable {
        struct Latency: Decodable { let p50, p99: Double }
        let name: String
        let delivered, deadLettered, dropped, inFlight, behind, invocations: Int
        let latencyMilliseconds: Latency
    }

    static let pipeName = "OrderPipe"
    static let queueName = "OrderDLQ"

    let program: String
    let folder: String?

    /// Starts an engine whose pipe is stopped, so that a backlog can be written first.
    ///
    /// - Parameter body: gets the engine; the data folder lives as long as it runs.
    func run(_ setting: Setting, _ body: (SluiceProcess) throws -> Void) throws {
        try run(template: Self.template(setting), ["--stream-shards", "\(setting.shards)"], body)
    }

    func run(template: String, _ arguments: [String] = [], _ body: (SluiceProcess) throws -> Void) throws {
        let folder = try TemporaryFolder(in: folder)
        let sluice = try SluiceProcess(program, template: template, in: folder.path, arguments: arguments)
        defer { sluice.stop() }
        try body(sluice)
    }

    private static func template(_ setting: Setting) -> String {
        ordersTemplate + """
              DLQ: {Type: AWS::SQS::Queue, Properties: {QueueName: \(queueName), MessageRetentionPeriod: 1209600}}
              Role:
                Type: AWS::IAM::Role
                Properties: {AssumeRolePolicyDocument: {Version: "2012-10-17", Statement: []}}
              Function:
                Type: AWS::Lambda::Function
                Properties:
                  FunctionName: BenchmarkFunction
                  Runtime: provided.al2023
                  Handler: bootstrap
                  Role: !GetAtt Role.Arn
                  ReservedConcurrentExecutions: \(setting.lanes * setting.shards)
                  Code: {S3Bucket: code, S3Key: BenchmarkFunction.zip}
                  Environment:
                    Variables:
                      DELAY_MILLISECONDS: "\(setting.delayMilliseconds)"
                      POISON: "\(setting.poison)"
              Pipe:
                Type: AWS::Pipes::Pipe
                Properties:
                  Name: \(pipeName)
                  DesiredState: STOPPED
                  RoleArn: !GetAtt Role.Arn
                  Source: !GetAtt OrdersTable.StreamArn
                  SourceParameters:
                    DynamoDBStreamParameters:
                      StartingPosition: TRIM_HORIZON
                      BatchSize: \(setting.batchSize)
                      ParallelizationFactor: \(setting.lanes)
                      MaximumRetryAttempts: 2
                      OnPartialBatchItemFailure: AUTOMATIC_BISECT
                      DeadLetterConfig: {Arn: !GetAtt DLQ.Arn}
                  Target: !GetAtt Function.Arn

            """
    }
}

extension SluiceProcess {
    func startPipe() throws { try request("POST", "/v1/pipes/\(Stage.pipeName)/start") }

    func pipe(_ name: String = Stage.pipeName) throws -> Stage.PipeStatus {
        struct Status: Decodable { let pipes: [Stage.PipeStatus] }
        let status = try JSONDecoder().decode(Status.self, from: try request("GET", "/_sluice/status"))
        guard let pipe = status.pipes.first(where: { $0.name == name }) else {
            throw WrongAnswer("The engine runs no pipe \(name).")
        }
        return pipe
    }

    /// Writes orders in batches of 25.
    func write(orders count: Int, firstRequest: Int = 0) throws {
        var batch = HTTPRequests.batch(Orders())
        let client = try LoadClient(port: port)
        _ = try client.run(&batch, .asFastAsAnswered, seconds: 600, first: firstRequest, count: count / 25)
    }

    /// Starts the pipe and waits until everything is settled.
    ///
    /// - Parameter each: called some fifty times a second meanwhile.
    /// - Returns: the seconds that it took, and how the pipe stands then.
    func drain(_ each: () -> Void = {}) throws -> (seconds: Double, pipe: Stage.PipeStatus) {
        let start = monotonicNanoseconds()
        try startPipe()
        while true {
            let status = try pipe()
            let seconds = Double(monotonicNanoseconds() - start) / 1e9
            each()
            if status.behind == 0, status.inFlight == 0, status.delivered > 0 { return (seconds, status) }
            guard seconds < 900 else { throw WrongAnswer("The pipe is not drained after \(Int(seconds)) s.") }
            usleep(20_000)
        }
    }
}
