import Stacks

/// What queues keep, for how long, and where messages go that nobody can handle.
enum QueueRules {
    static let all = [
        deadLettersKeptShort, deadLettersOlderThanQueue, noDeadLetterQueue, receivedOnce, visibilityDefault,
        notEncrypted,
        noDeletionPolicy,
    ]

    /// Longest that SQS keeps a message: 14 days, in seconds. Source: SQS API reference, `SetQueueAttributes`.
    static let retentionSecondsMax = 1_209_600

    static let deadLettersKeptShort = Check(
        Rule(
            "dead-letter-queue-retention", .warning, title: "Dead letters that expire early",
            summary: "A dead-letter queue keeps its messages for 14 days, the most there is.")
    ) { review in
        review.stack.queues.filter {
            review.deadLetterQueues.contains($0.arn) && $0.messageRetentionSeconds < retentionSecondsMax
        }.map { queue in
            review.problem(
                queue.logicalID, at: "MessageRetentionPeriod",
                "A dead letter is deleted after \(queue.messageRetentionSeconds.durationInWords), perhaps before"
                    + " anybody is back to look at it.",
                repair: "Set MessageRetentionPeriod to \(retentionSecondsMax), which is 14 days.")
        }
    }

    static let deadLettersOlderThanQueue = Check(
        Rule(
            "dead-letter-queue-keeps-less", .warning, title: "A dead-letter queue that keeps no longer than its queue",
            summary: "A standard queue keeps messages for less time than its dead-letter queue.")
    ) { review in
        review.stack.queues.compactMap { queue in
            // A FIFO queue's dead letters begin a new life; a standard queue's keep the age they have (SQS's developer guide, on
            // dead-letter queues).
            guard !queue.isFIFO, let policy = queue.redrivePolicy,
                let letters = review.stack.queues.first(where: { $0.arn == policy.deadLetterQueueARN }),
                letters.messageRetentionSeconds <= queue.messageRetentionSeconds
            else { return nil }
            return review.problem(
                queue.logicalID, at: "MessageRetentionPeriod",
                "A message takes its age along to \(letters.logicalID), so one that waited long is deleted there at"
                    + " once.",
                repair: "Set MessageRetentionPeriod to less than the \(letters.messageRetentionSeconds) of"
                    + " \(letters.logicalID).")
        }
    }

    static let noDeadLetterQueue = Check(
        Rule(
            "queue-no-dead-letter-queue", .warning, title: "A queue without a dead-letter queue",
            summary: "Every queue but those of dead letters has a RedrivePolicy.")
    ) { review in
        review.stack.queues.filter { $0.redrivePolicy == nil && !review.deadLetterQueues.contains($0.arn) }.map {
            queue in
            review.problem(
                queue.logicalID,
                "A message that its consumer cannot handle comes back again and again, in a FIFO queue before all"
                    + " others of its group, until it expires.",
                repair: "Set RedrivePolicy with deadLetterTargetArn and a maxReceiveCount such as 5.")
        }
    }

    static let receivedOnce = Check(
        Rule(
            "queue-received-once", .warning, title: "A dead letter after one receive",
            summary: "A message may be received more than once before it is a dead letter.")
    ) { review in
        review.stack.queues.filter { $0.redrivePolicy?.maxReceiveCount == 1 }.map { queue in
            review.problem(
                queue.logicalID, at: "RedrivePolicy.maxReceiveCount",
                "One time-out, restart or lost connection of the consumer makes a good message a dead letter.",
                repair: "Set RedrivePolicy.maxReceiveCount to 3 or more.")
        }
    }

    static let visibilityDefault = Check(
        Rule(
            "queue-visibility-default", .note, title: "The default visibility time-out",
            summary: "A queue that is consumed says how long its consumer may take.")
    ) { review in
        review.stack.queues.filter { queue in
            !review.deadLetterQueues.contains(queue.arn)
                && (review.source(queue.logicalID).properties["VisibilityTimeout"] == nil
                    || queue.visibilityTimeoutSeconds == 0)
        }.map { queue in
            review.problem(
                queue.logicalID, at: "VisibilityTimeout",
                "A message is given out again after \(queue.visibilityTimeoutSeconds) seconds, also while a slower"
                    + " consumer still works on it.",
                repair: "Set VisibilityTimeout to more than the consumer needs, for a function six times its Timeout.")
        }
    }

    static let notEncrypted = Check(
        Rule(
            "queue-not-encrypted", .warning, title: "A queue that is not encrypted",
            summary: "Messages are encrypted at rest.")
    ) { review in
        review.stack.queues.filter { !$0.usesManagedEncryption && $0.kmsMasterKeyID == nil }.map { queue in
            review.problem(
                queue.logicalID, at: "SqsManagedSseEnabled",
                "Messages, with what they say of customers, lie on AWS's disks in plain.",
                repair: "Set SqsManagedSseEnabled to true, which costs nothing.")
        }
    }

    static let noDeletionPolicy = Check(
        Rule(
            "queue-no-deletion-policy", .warning, title: "A queue that goes with its stack",
            summary: "A queue says what becomes of its messages when it leaves the stack or is replaced.")
    ) { review in
        review.stack.queues.compactMap { queue in
            review.removalProblem(queue.logicalID, of: "queue", with: "the messages in it")
        }
    }
}

extension ReviewedStack {
    /// A resource with data of which the template does not say that it may go, or that it must stay: CloudFormation's
    /// default deletes it.
    ///
    /// - Parameters:
    ///   - kind: "table".
    ///   - data: "all items".
    func removalProblem(_ logicalID: String, of kind: String, with data: String) -> Check.Problem? {
        let source = source(logicalID)
        let missing = [
            ("DeletionPolicy", source.deletionPolicy, "deleting the stack"),
            ("UpdateReplacePolicy", source.updateReplacePolicy, "an update that replaces the \(kind)"),
        ].filter { $0.1 == nil }
        guard !missing.isEmpty else { return nil }
        let occasion = missing.map(\.2).joined(separator: " or ")
        return problem(
            logicalID, "\(occasion.prefix(1).uppercased())\(occasion.dropFirst()) deletes \(data).",
            repair:
                "Set \(missing.map(\.0).joined(separator: " and ")), beside Type, to Retain, or to Delete where the"
                + " data"
                + " may go.")
    }

    /// Whether the template says that the resource's data may go with the stack.
    func isExpendable(_ logicalID: String) -> Bool { source(logicalID).deletionPolicy == .delete }
}

extension Int {
    /// Seconds as people say them: "4 days", "90 minutes".
    fileprivate var durationInWords: String {
        for (size, unit) in [(86_400, "day"), (3_600, "hour"), (60, "minute")] where self >= size && self % size == 0 {
            return self == size ? "1 \(unit)" : "\(self / size) \(unit)s"
        }
        return "\(self) seconds"
    }
}
