/// Finds which of a field's many clauses a value passes, at a cost that hardly grows with their number.
///
/// A clause that has an `anything-but` holds for every value but its exceptions. So the exceptions are what is looked
/// up, and all such clauses but those found hold.
///
/// A class only because it is large: an element of an array would be copied, count by count, for each value.
final class FieldIndex: Sendable {
    /// The least number of tests for which an index is quicker than making them one by one: measured, both take the same
    /// time for 16 short texts.
    static let testCountMin = 17

    /// The tests, `anything-but` aside.
    private let tests: TestIndex
    /// The clauses with one `anything-but`, which follow each other, and what their exceptions are.
    private let exclusions: Slice
    private let exceptions: TestIndex
    /// Clauses with several, each with the tests to make one by one.
    private let others: [(test: ValueTest, clause: Int32)]

    init(
        tests: TestIndex, exclusions: Slice, exceptions: TestIndex, others: [(test: ValueTest, clause: Int32)]
    ) {
        (self.tests, self.exclusions, self.exceptions, self.others) = (tests, exclusions, exceptions, others)
    }

    /// Inserts the clauses that a value passes.
    func insert(
        passing value: inout EventValue, _ bytes: RawSpan, _ literals: borrowing Literals, clauseCount: Int,
        into clauses: inout ClauseSet
    ) {
        if exclusions.count > 0 {
            var excluded = ClauseSet(clauseCount: clauseCount)
            exceptions.insert(passing: &value, bytes, literals, into: &excluded)
            clauses.insertEach(exclusions, except: excluded)
        }
        tests.insert(passing: &value, bytes, literals, into: &clauses)
        for (test, clause) in others where literals.passes(test, &value, bytes) { clauses.insert(Int(clause)) }
    }
}
