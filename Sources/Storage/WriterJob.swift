/// What waits for the writer: something to run in a group, and to finish once the group is committed.
class WriterJob: @unchecked Sendable {
    // Unchecked for the subclass's result: only the writer's serial queue touches it, in `run` and then in `finish`.
    let durability: GroupCommitWriter.Durability

    init(_ durability: GroupCommitWriter.Durability) { self.durability = durability }

    func run(in transaction: Transaction) { preconditionFailure("each kind of job runs") }

    /// - Parameter failure: why the group was not committed, or why the job was refused before it ran.
    func finish(_ failure: StorageError?) { preconditionFailure("each kind of job finishes") }
}

/// One allocation a write: closures and result lie in the object itself.
final class WorkJob<Success: Sendable>: WriterJob, @unchecked Sendable {
    private let work: @Sendable (Transaction) throws -> Success
    private let completion: @Sendable (Result<Success, any Error>) -> Void
    private var result: Result<Success, any Error>?

    init(
        _ durability: GroupCommitWriter.Durability, work: @escaping @Sendable (Transaction) throws -> Success,
        completion: @escaping @Sendable (Result<Success, any Error>) -> Void
    ) {
        self.work = work
        self.completion = completion
        super.init(durability)
    }

    override func run(in transaction: Transaction) {
        transaction.setSavePoint()
        do {
            result = .success(try work(transaction))
        } catch {
            transaction.rollBackToSavePoint()
            result = .failure(error)
        }
    }

    override func finish(_ failure: StorageError?) {
        if let failure { return completion(.failure(failure)) }
        guard let result else { preconditionFailure("a job finishes after it has run") }
        completion(result)
    }
}
