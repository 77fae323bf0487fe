import Foundation

/// A running `sluice up` with a template of the Orders table alone: no pipe and no function takes processor time.
final class SluiceProcess {
    private static let template = """
        Resources:
          OrdersTable:
            Type: AWS::DynamoDB::Table
            Properties:
              TableName: Orders
              BillingMode: PAY_PER_REQUEST
              AttributeDefinitions:
                - {AttributeName: orderId, AttributeType: S}
                - {AttributeName: timestamp, AttributeType: "N"}
                - {AttributeName: customerId, AttributeType: S}
              KeySchema:
                - {AttributeName: orderId, KeyType: HASH}
                - {AttributeName: timestamp, KeyType: RANGE}
              GlobalSecondaryIndexes:
                - IndexName: customerId-index
                  KeySchema:
                    - {AttributeName: customerId, KeyType: HASH}
                    - {AttributeName: timestamp, KeyType: RANGE}
                  Projection: {ProjectionType: ALL}
              StreamSpecification: {StreamViewType: NEW_AND_OLD_IMAGES}

        """

    let port: UInt16
    /// From the start of the process to "Ready.".
    let secondsUntilReady: Double
    private let process = Process()

    var identifier: Int32 { process.processIdentifier }

    /// Starts it and waits until it is ready.
    ///
    /// - Parameters:
    ///   - program: path of `sluice`.
    ///   - folder: gets the template and the data.
    init(_ program: String, in folder: String) throws {
        let template = folder + "/template.yaml"
        try Self.template.write(toFile: template, atomically: true, encoding: .utf8)
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = ["up", "--template", template, "--data", folder + "/data", "--port", "0"]
        let pipe = Pipe()
        process.standardOutput = pipe
        let start = monotonicNanoseconds()
        try process.run()
        var output = ""
        while !output.contains("Ready.") {
            let data = pipe.fileHandleForReading.availableData
            guard !data.isEmpty else { throw WrongAnswer("\(program) ended before it was ready: \(output)") }
            output += String(decoding: data, as: UTF8.self)
        }
        secondsUntilReady = Double(monotonicNanoseconds() - start) / 1e9
        guard let address = output.firstRange(of: /http:\/\/127\.0\.0\.1:(\d+)/).map({ output[$0] }),
            let port = address.split(separator: ":").last.flatMap({ UInt16($0) })
        else { throw WrongAnswer("\(program) names no address: \(output)") }
        self.port = port
    }

    deinit { if process.isRunning { kill() } }

    /// User and system time so far, in seconds.
    var processorSeconds: Double {
        guard let text = try? String(contentsOfFile: "/proc/\(process.processIdentifier)/stat", encoding: .utf8),
            let end = text.lastIndex(of: ")")
        else { return 0 }
        let fields = text[end...].split(separator: " ")
        return (Double(fields[12])! + Double(fields[13])!) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    var residentMegabytes: Int { (residentBytes(of: process.processIdentifier) ?? 0) >> 20 }

    func stop() {
        process.terminate()
        process.waitUntilExit()
    }

    func kill() {
        Glibc.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
