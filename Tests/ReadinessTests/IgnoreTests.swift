import Readiness
import Testing

@Suite struct IgnoreTests {
    private static let rule = "queue-not-encrypted"

    /// A queue that is not encrypted, with lines and ends of lines put in.
    private func queue(above: String = "", behind: String = "", resource: String = "", aboveResource: String = "")
        -> String
    {
        """
        Resources:
        \(aboveResource)  Work:\(resource)
            Type: AWS::SQS::Queue
            Properties:
        \(above)      SqsManagedSseEnabled: false\(behind)
        """
    }

    private func found(_ text: String) throws -> [String] { try review(text).findings.map(\.rule.id) }

    @Test func withoutACommentItIsFound() throws {
        #expect(try found(queue()).contains(Self.rule))
        #expect(try review(queue()).ignored.isEmpty)
    }

    @Test(arguments: ["behind", "above", "severalAbove", "resource", "aboveResource"])
    func aCommentWithAReasonAnswersTheFinding(place: String) throws {
        let comment = "# sluice:ignore \(Self.rule) prices are public"
        let text =
            switch place {
            case "behind": queue(behind: "  \(comment)")
            case "above": queue(above: "      \(comment)\n")
            case "severalAbove": queue(above: "      \(comment)\n      # and on the web site anyway\n")
            case "resource": queue(resource: "  \(comment)")
            default: queue(aboveResource: "  \(comment)\n")
            }
        let review = try review(text)
        #expect(!review.findings.contains { $0.rule.id == Self.rule || $0.rule.id.hasPrefix("ignore-") })
        #expect(review.ignored.map(\.finding.rule.id) == [Self.rule])
        #expect(review.ignored.map(\.reason) == ["prices are public"])
    }

    @Test func aCommentAnswersItsOwnRuleOnly() throws {
        let rules = try found(queue(above: "      # sluice:ignore queue-received-once prices are public\n"))
        #expect(rules.contains(Self.rule))
        #expect(rules.contains("ignore-unused"))
    }

    @Test func aCommentAnswersItsOwnResourceOnly() throws {
        let other = "\n  Other:\n    Type: AWS::SQS::Queue\n    Properties: {SqsManagedSseEnabled: false}\n"
        let review = try review(queue(resource: "  # sluice:ignore \(Self.rule) prices are public") + other)
        #expect(review.findings.filter { $0.rule.id == Self.rule }.map(\.logicalID) == ["Other"])
    }

    @Test func anEmptyLineEndsWhatACommentStandsFor() throws {
        let rules = try found(queue(above: "      # sluice:ignore \(Self.rule) prices are public\n\n"))
        #expect(rules.contains(Self.rule))
        #expect(rules.contains("ignore-unused"))
    }

    @Test func twoCommentsAboveOneLineAnswerTwoRules() throws {
        let comments = [Self.rule, "queue-no-deletion-policy", "queue-visibility-default"]
            .map { "  # sluice:ignore \($0) an example\n" }.joined()
        let review = try review(queue(aboveResource: comments))
        #expect(review.ignored.count == 3)
        #expect(!review.findings.contains { $0.rule.id.hasPrefix("ignore-") })
    }

    @Test func withoutAReasonTheFindingStays() throws {
        let rules = try found(queue(behind: "  # sluice:ignore \(Self.rule)"))
        #expect(rules.contains(Self.rule))
        #expect(rules.contains("ignore-without-reason"))
        #expect(!rules.contains("ignore-unused"))
    }

    @Test(arguments: ["", " no-such-rule because", " ignore-unused because"])
    func aCommentForNoRuleIsFound(rest: String) throws {
        #expect(try found(queue(behind: "  # sluice:ignore\(rest)")).contains("ignore-unknown-rule"))
    }

    @Test(arguments: ["#sluice:ignore", "#   sluice:ignore"])
    func spacesAfterTheSignAreFree(start: String) throws {
        #expect(try review(queue(behind: "  \(start) \(Self.rule) prices are public")).ignored.count == 1)
    }

    @Test(arguments: ["  # sluice:ignored \(rule) because", "  # see sluice:ignore \(rule) because"])
    func otherCommentsAreLeftAlone(comment: String) throws {
        let review = try review(queue(behind: comment))
        #expect(review.ignored.isEmpty)
        #expect(!review.findings.contains { $0.rule.id.hasPrefix("ignore-") })
    }

    @Test func windowsLineEndsCountAsOne() throws {
        let text = queue(above: "      # sluice:ignore \(Self.rule) prices are public\n").replacing("\n", with: "\r\n")
        #expect(try review(text).ignored.map(\.finding.line) == [6])
    }

    /// What is wrong with a policy of its own is found there, not at the role that it is attached to.
    @Test(arguments: ["More", "Flow", "FlowRole"])
    func aCommentAtAnAttachedPolicyAnswersWhatIsFoundInIt(place: String) throws {
        let comment = "  # sluice:ignore role-allows-too-much the clean-up needs it\n"
        let text =
            try Project.fixture("role-lacks-permission", "passes")
                + """
                  More:
                    Type: AWS::IAM::Policy
                    Properties:
                      PolicyName: more
                      Roles: [!Ref FlowRole]
                      PolicyDocument:
                        Version: "2012-10-17"
                        Statement:
                          - {Effect: Allow, Action: sqs:PurgeQueue, Resource: !GetAtt Work.Arn}

                """
        let review = try review(text.replacing("\n  \(place):\n", with: "\n\(comment)  \(place):\n"))
        let ignored = review.ignored.map { "\($0.finding.rule.id) \($0.finding.logicalID ?? "")" }
        #expect(ignored == (place == "More" ? ["role-allows-too-much More"] : []))
        #expect(review.findings.contains { $0.rule.id == "ignore-unused" } == (place != "More"))
    }
}
