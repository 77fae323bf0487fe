import Foundation

/// A function of a few lines of Python, laid where `--functions` looks for it.
struct PythonFunction {
    private let folder: String

    /// - Parameters:
    ///   - name: of its folder, and so of its zip in a template.
    ///   - functions: the folder of all functions.
    ///   - body: what it does with one event: finds it in `event`, its own folder in `here` and the function's name in
    ///     `name`, and sets `answer`: bytes are sent as they are, anything else as JSON. What it raises is the invocation's
    ///     error. An answer that the Runtime API refuses is noted in the file `refused`, and the next event taken.
    init(_ name: String, in functions: String, body: String) throws {
        folder = "\(functions)/\(name)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let lines = body.split(separator: "\n").map { "        \($0)" }.joined(separator: "\n")
        let program = """
            #!/usr/bin/env python3
            import json, os, time, urllib.error, urllib.request
            api = "http://" + os.environ["AWS_LAMBDA_RUNTIME_API"] + "/2018-06-01/runtime/invocation/"
            here = os.path.dirname(os.path.abspath(__file__))
            name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
            while True:
                with urllib.request.urlopen(api + "next") as next_event:
                    request = next_event.headers["Lambda-Runtime-Aws-Request-Id"]
                    event = json.load(next_event)
                answer = {}
                try:
            \(lines)
                    end = "/response"
                except Exception as error:
                    end, answer = "/error", {"errorType": type(error).__name__, "errorMessage": str(error)}
                body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                try:
                    urllib.request.urlopen(urllib.request.Request(api + request + end, body)).read()
                except urllib.error.HTTPError as error:
                    with open(os.path.join(here, "refused"), "a") as notes:
                        notes.write(f"{error.code} {error.read().decode()}\\n")
            """
        try program.write(toFile: folder + "/bootstrap", atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder + "/bootstrap")
    }

    /// The lines of a file in its folder; none when there is no such file.
    func lines(of file: String) -> [String] {
        ((try? String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)) ?? "").split(separator: "\n").map(
            String.init)
    }

    /// Lays an empty file into its folder, or takes it away.
    func set(_ file: String, exists: Bool) throws {
        let path = "\(folder)/\(file)"
        if exists {
            try Data().write(to: URL(fileURLWithPath: path))
        } else {
            try FileManager.default.removeItem(atPath: path)
        }
    }

    /// A function of the template that runs ``init(_:in:body:)`` of the same name.
    ///
    /// - Parameters:
    ///   - id: its logical ID.
    ///   - more: further properties, such as `Timeout: 2`.
    static func resource(_ id: String, named name: String, more: String = "") -> String {
        """
          \(id):
            Type: AWS::Lambda::Function
            Properties:
              FunctionName: \(name)
              Runtime: provided.al2023
              Handler: bootstrap
              Role: arn:aws:iam::000000000000:role/all
              Code: {S3Bucket: code, S3Key: \(name).zip}
              \(more)
        """
    }

    /// A table of orders with a stream, as a resource of a template.
    static let ordersTable = """
          Orders:
            Type: AWS::DynamoDB::Table
            Properties:
              TableName: Orders
              BillingMode: PAY_PER_REQUEST
              AttributeDefinitions: [{AttributeName: orderId, AttributeType: S}]
              KeySchema: [{AttributeName: orderId, KeyType: HASH}]
              StreamSpecification: {StreamViewType: NEW_AND_OLD_IMAGES}
        """
}
