import BenchmarkSupport

/// The Orders table and pipes that share its orders among them, each order for one of them, to a function that does nothing.
enum PipesTemplate {
    /// Each has the batch and the lanes of the template's standard pipe.
    ///
    /// - Parameter isStopped: whether the pipes wait to be started, so that a backlog can be written first.
    static func text(pipeCount: Int, isStopped: Bool = false) -> String {
        ordersTemplate + """
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
                  Code: {S3Bucket: code, S3Key: BenchmarkFunction.zip}

            """ + (0..<pipeCount).map { pipe($0, of: pipeCount, isStopped) }.joined()
    }

    private static func pipe(_ number: Int, of count: Int, _ isStopped: Bool) -> String {
        """
          Pipe\(number):
            Type: AWS::Pipes::Pipe
            Properties:
              Name: Pipe\(number)
              DesiredState: \(isStopped ? "STOPPED" : "RUNNING")
              RoleArn: !GetAtt Role.Arn
              Source: !GetAtt OrdersTable.StreamArn
              SourceParameters:
                FilterCriteria:
                  Filters:
                    - Pattern: '\(pattern(number, of: count))'
                DynamoDBStreamParameters:
                  StartingPosition: TRIM_HORIZON
                  BatchSize: 10
                  ParallelizationFactor: 2
              Target: !GetAtt Function.Arn

        """
    }

    /// Ids are hexadecimal digits in no order: a pipe has those that begin with its digits. One pipe has a filter, too, so that
    /// it is no more than the number of pipes that differs.
    private static func pattern(_ number: Int, of count: Int) -> String {
        let digits = count > 16 ? 2 : 1
        let values = 1 << (4 * digits)
        let prefixes = stride(from: number, to: values, by: count).map { value in
            let text = String(value, radix: 16)
            return #"{"prefix":"\#(String(repeating: "0", count: digits - text.count) + text)"}"#
        }
        return #"{"dynamodb":{"Keys":{"orderId":{"S":[\#(prefixes.joined(separator: ","))]}}}}"#
    }
}
