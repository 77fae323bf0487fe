import NIOHTTP1

/// An error of the Pipes API as a client gets it.
struct PipeFailure: Error {
    let status: HTTPResponseStatus
    let type: String
    let message: String
    /// More members of the answer.
    var details: [(name: String, value: String)] = []

    init(_ status: HTTPResponseStatus, _ type: String, _ message: String) {
        self.status = status
        self.type = type
        self.message = message
    }

    static func validation(_ message: String) -> PipeFailure {
        PipeFailure(.badRequest, "ValidationException", message)
    }

    static func unknownOperation(_ method: HTTPMethod, _ path: String) -> PipeFailure {
        PipeFailure(.notFound, "UnknownOperationException", "There is no \(method) \(path).")
    }

    /// What is wrong with a request's JSON or its constraints.
    init(_ error: ServiceError) {
        self.init(HTTPResponseStatus(statusCode: error.kind.status), error.kind.type, error.message ?? "")
    }

    /// - Parameter pipe: the name of the pipe that the request is about.
    init(_ refusal: PipeRefusal, pipe: String) {
        switch refusal {
        case .unknown: self.init(.notFound, "NotFoundException", "Pipe \(pipe) does not exist.")
        case .exists: self.init(conflict: "Pipe \(pipe) already exists.", pipe)
        case .isBeingDeleted: self.init(conflict: "Pipe \(pipe) is being deleted.", pipe)
        case .tooManyTags: self.init(TagsRequest.tooMany)
        case .invalid(let message): self = .validation(message)
        }
    }

    private init(conflict message: String, _ pipe: String) {
        self.init(.conflict, "ConflictException", message)
        details = [("resourceId", pipe), ("resourceType", "Pipe")]
    }
}
