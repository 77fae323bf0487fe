import EventPatterns
import Stacks

/// What keeps the data of tables, and what their streams show. A table whose `DeletionPolicy` is `Delete` holds data
/// that may go, and needs no protection.
enum TableRules {
    static let all = [
        noDeletionPolicy, noDeletionProtection, noPointInTimeRecovery, encryptionKey, viewTypeTooSmall, keysOnly,
    ]

    static let noDeletionPolicy = Check(
        Rule(
            "table-no-deletion-policy", .error, title: "A table that goes with its stack",
            summary: "A table says what becomes of its items when it leaves the stack or is replaced.")
    ) { review in
        review.stack.tables.compactMap { table in
            review.removalProblem(table.logicalID, of: "table", with: "all items")
        }
    }

    static let noDeletionProtection = Check(
        Rule(
            "table-no-deletion-protection", .warning, title: "A table that one call deletes",
            summary: "A table whose data must stay has deletion protection.")
    ) { review in
        review.stack.tables.filter { !$0.settings.isDeletionProtected && !review.isExpendable($0.logicalID) }.map {
            table in
            review.problem(
                table.logicalID, at: "DeletionProtectionEnabled",
                "One mistaken DeleteTable deletes the table with its stream, and every pipe that reads it is dead for"
                    + " good.",
                repair: "Set DeletionProtectionEnabled to true.")
        }
    }

    static let noPointInTimeRecovery = Check(
        Rule(
            "table-no-point-in-time-recovery", .warning, title: "A table without continuous backups",
            summary: "A table whose data must stay has point-in-time recovery.")
    ) { review in
        review.stack.tables.filter {
            $0.settings.recoveryPeriodInDays == nil && !review.isExpendable($0.logicalID)
        }.map { table in
            review.problem(
                table.logicalID, at: "PointInTimeRecoverySpecification",
                "After a program has written nonsense over good items, there is no state from before to go back to.",
                repair: "Set PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled to true.")
        }
    }

    static let encryptionKey = Check(
        Rule(
            "table-encryption-key", .note, title: "A table encrypted with a key that AWS owns",
            summary: "A table is encrypted with a key of the account.")
    ) { review in
        review.stack.tables.filter { !$0.settings.isEncrypted }.map { table in
            review.problem(
                table.logicalID, at: "SSESpecification",
                "The table is encrypted with a key that AWS owns, whose use no log of the account shows and no policy"
                    + " of it limits.",
                repair: "Set SSESpecification.SSEEnabled to true.")
        }
    }

    static let viewTypeTooSmall = Check(
        Rule(
            "stream-view-type-too-small", .error, title: "An image that the stream does not have",
            summary: "A stream's view type has the images that filters and input templates of its pipes read.")
    ) { review in
        let filters = review.findings { $0.code == .imageNotInStream && $0.effect == .neverMatches }.map { located in
            review.problem(
                located,
                "Filters[\(located.filterIndex)].Pattern reads \(located.finding.path), which no record of the stream"
                    + " has, so nothing matches and all is dropped.",
                repair: review.viewTypeRepair(review.pipe(of: located).sourceTableLogicalID))
        }
        return filters + review.stack.pipes.flatMap(review.templateProblems)
    }

    static let keysOnly = Check(
        Rule(
            "stream-keys-only", .note, title: "A stream of keys alone to a function",
            summary: "A stream that a function reads holds images of the items.")
    ) { review in
        review.stack.tables.filter { table in
            table.streamViewType == "KEYS_ONLY"
                && review.pipes(from: table).contains { review.function($0.targetARN) != nil }
        }.map { table in
            review.problem(
                table.logicalID, at: "StreamSpecification.StreamViewType",
                "The function must read each item again, pays for it, and sees it as it is by then, not as it was"
                    + " written.",
                repair: "Set StreamSpecification.StreamViewType to NEW_IMAGE or NEW_AND_OLD_IMAGES.")
        }
    }
}

extension ReviewedStack {
    func viewTypeRepair(_ table: String) -> String {
        "Set StreamSpecification.StreamViewType of \(table) to NEW_AND_OLD_IMAGES, which makes a new stream."
    }

    /// Input templates of a pipe that take something of an image which the records have not.
    fileprivate func templateProblems(_ pipe: PipeResource) -> [Check.Problem] {
        let viewType = table(of: pipe).streamViewType
        let missing = [
            viewType == "NEW_IMAGE" || viewType == "KEYS_ONLY" ? "OldImage" : nil,
            viewType == "OLD_IMAGE" || viewType == "KEYS_ONLY" ? "NewImage" : nil,
        ].compactMap(\.self)
        let templates = [("EnrichmentParameters", pipe.enrichmentTemplate), ("TargetParameters", pipe.targetTemplate)]
        return templates.flatMap { parameters, template in
            missing.filter { template?.text.contains("<$.dynamodb.\($0)") ?? false }.map { image in
                problem(
                    pipe.logicalID, at: "\(parameters).InputTemplate",
                    "The stream's records have no \(image), so what the template takes from it is missing in every"
                        + " record that is sent.",
                    repair: viewTypeRepair(pipe.sourceTableLogicalID))
            }
        }
    }
}
