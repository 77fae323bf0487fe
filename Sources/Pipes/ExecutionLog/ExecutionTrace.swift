import Clocks

/// One execution, a batch on its way, as the execution log tells of it. A retry is another one.
struct ExecutionTrace {
    private let logging: ExecutionLogging
    private let pipe: PipeConfiguration
    private let borders: PipeBorders
    private let id: String

    /// Nil when the pipe has no execution log.
    init?(_ pipe: PipeConfiguration, _ borders: PipeBorders) {
        guard let logging = borders.executionLogging else { return nil }
        self.logging = logging
        self.pipe = pipe
        self.borders = borders
        id = logging.makeExecutionID()
    }

    // MARK: The execution

    func begin(_ batch: TargetBatch) {
        note(.execution(.started)) { $0.payload = batch.payload }
        note(.stage(.polling, .stageSucceeded))
    }

    func end(_ invocation: Invocation, of batch: TargetBatch) {
        let stage = ExecutionStep.Stage.target
        switch invocation.outcome {
        case .succeeded: note(.execution(.succeeded))
        case .partlyFailed: note(.execution(.partiallyFailed), failure(invocation, of: batch, stage))
        case .failed: note(.execution(.failed), failure(invocation, of: batch, stage))
        case .notReached: note(.execution(.throttled), failure(invocation, of: batch, stage))
        }
    }

    // MARK: A stage

    func enter(_ stage: ExecutionStep.Stage) {
        note(.stage(stage, .stageEntered))
        note(.stage(stage, .transformationStarted))
    }

    func skip(_ stage: ExecutionStep.Stage) { note(.stage(stage, .stageSkipped)) }

    func transformed(_ stage: ExecutionStep.Stage, _ batch: TargetBatch) {
        note(.stage(stage, .transformationSucceeded)) { $0.payload = batch.payload }
        note(.stage(stage, .invocationStarted))
    }

    /// The stage ends before its invocation: what its template made cannot be sent.
    func transformationFailed(_ stage: ExecutionStep.Stage, _ invocation: Invocation, of batch: TargetBatch) {
        let failure = failure(invocation, of: batch, stage)
        note(.stage(stage, .transformationFailed), failure)
        note(.stage(stage, .stageFailed), failure)
    }

    /// - Parameter batch: what was sent.
    func invoked(_ stage: ExecutionStep.Stage, _ batch: TargetBatch, _ invocation: Invocation) {
        let failure = failure(invocation, of: batch, stage)
        let (invocationPart, stagePart): (ExecutionStep.Part, ExecutionStep.Part) =
            switch invocation.outcome {
            case .succeeded: (.invocationSucceeded, .stageSucceeded)
            case .partlyFailed: (.invocationPartiallyFailed, .stagePartiallyFailed)
            case .failed, .notReached: (.invocationFailed, .stageFailed)
            }
        note(.stage(stage, invocationPart), failure) { data in
            data.awsRequest = request(stage, batch)
            data.awsResponse = response(invocation)
        }
        note(.stage(stage, stagePart), failure) { data in
            if stagePart == .stageSucceeded { data.payload = invocation.response?.payload ?? [] }
        }
    }

    // MARK: Records

    /// - Parameter show: adds what is in the batch; called only when the log shows it.
    private func note(
        _ step: ExecutionStep, _ failure: @autoclosure () -> ExecutionRecord.Failure? = nil,
        _ show: (inout ExecutionRecord.Data) -> Void = { _ in }
    ) {
        guard step.level <= logging.level else { return }
        var record = ExecutionRecord(
            executionID: id, timestamp: borders.time.now(), step: step, pipeARN: pipe.arn, failure: failure())
        if logging.includesExecutionData { show(&record.data) }
        logging.write(record.line)
    }

    /// What a function said of its failure may tell of orders, so it is shown with the execution data only.
    private func failure(
        _ invocation: Invocation, of batch: TargetBatch, _ stage: ExecutionStep.Stage
    ) -> ExecutionRecord.Failure? {
        let isQueue = stage == .target && pipe.target.kind == .queue && invocation.response == nil
        var failure = ExecutionRecord.Failure(
            httpStatusCode: invocation.response == nil ? nil : 200, message: "", awsService: isQueue ? "sqs" : "lambda",
            requestID: invocation.requestID)
        switch invocation.outcome {
        case .succeeded: return nil
        case .partlyFailed(let identifiers):
            failure.message = "\(identifiers.count) of \(batch.elements.count) records failed."
        case .failed(let reason):
            guard let functionError = invocation.response?.functionError else {
                failure.message = reason
                break
            }
            failure.message = "The function returned an error: \(functionError)."
            if logging.includesExecutionData { failure.details = reason }
        case .notReached(let reason):
            failure.message = reason
        }
        return failure
    }

    private func request(_ stage: ExecutionStep.Stage, _ batch: TargetBatch) -> [UInt8] {
        let place = stage == .enrichment ? pipe.enrichment : pipe.target
        func text(_ bytes: [UInt8]) -> [UInt8] {
            var json = [UInt8(ascii: "\"")]
            json.append(jsonEscaping: bytes)
            return json + [UInt8(ascii: "\"")]
        }
        let arn = text(Array((place?.arn ?? "").utf8))
        if place?.kind == .queue {
            return Array(#"{"queueArn":"#.utf8) + arn + Array(#","messages":"#.utf8) + batch.payload + [
                UInt8(ascii: "}")
            ]
        }
        let type = place?.kind == .event ? "Event" : "RequestResponse"
        return Array(#"{"functionName":"#.utf8) + arn + Array(#","invocationType":"\#(type)","payload":"#.utf8)
            + text(batch.payload) + Array(#","qualifier":null}"#.utf8)
    }

    private func response(_ invocation: Invocation) -> [UInt8]? {
        guard let response = invocation.response else { return nil }
        let functionError = response.functionError.map { #""\#($0)""# } ?? "null"
        var json = Array(
            #"{"statusCode":200,"functionError":\#(functionError),"executedVersion":"$LATEST","payload":""#.utf8)
        json.append(jsonEscaping: response.payload)
        return json + Array(#""}"#.utf8)
    }
}
