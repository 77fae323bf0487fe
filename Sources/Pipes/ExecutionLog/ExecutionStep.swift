/// A step of an execution, of which the log may have a record (EventBridge's user guide, on pipes' logs).
enum ExecutionStep: Hashable {
    enum Stage: String {
        case polling = "Polling"
        case enrichment = "Enrichment"
        case target = "Target"
    }

    enum Execution: String {
        case started = "Started"
        case succeeded = "Succeeded"
        case failed = "Failed"
        case partiallyFailed = "PartiallyFailed"
        case throttled = "Throttled"
    }

    enum Part: String {
        case stageEntered = "StageEntered"
        case stageSkipped = "StageSkipped"
        case stageSucceeded = "StageSucceeded"
        case stageFailed = "StageFailed"
        case stagePartiallyFailed = "StagePartiallyFailed"
        case transformationStarted = "TransformationStarted"
        case transformationSucceeded = "TransformationSucceeded"
        case transformationFailed = "TransformationFailed"
        case invocationStarted = "InvocationStarted"
        case invocationSucceeded = "InvocationSucceeded"
        case invocationFailed = "InvocationFailed"
        case invocationPartiallyFailed = "InvocationPartiallyFailed"
    }

    case execution(Execution)
    case stage(Stage, Part)

    var messageType: String {
        switch self {
        case .execution(let execution): "Execution\(execution.rawValue)"
        case .stage(let stage, let part): stage.rawValue + part.rawValue
        }
    }

    /// From which level on it is logged.
    var level: ExecutionLogging.Level {
        switch self {
        case .execution(.failed), .execution(.partiallyFailed), .execution(.throttled): .error
        case .execution(.started), .execution(.succeeded): .info
        case .stage(.polling, _): .trace
        case .stage(_, let part):
            switch part {
            case .stageFailed, .stagePartiallyFailed, .transformationFailed, .invocationFailed,
                .invocationPartiallyFailed:
                .error
            case .stageEntered, .stageSucceeded: .info
            case .stageSkipped, .transformationStarted, .transformationSucceeded, .invocationStarted,
                .invocationSucceeded:
                .trace
            }
        }
    }
}
