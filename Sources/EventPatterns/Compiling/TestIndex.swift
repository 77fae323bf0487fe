/// Many tests of one field's value, arranged so that those a value passes are found without making them all.
///
/// Whole texts, prefixes and suffixes are looked up by hash (affixes once for each length that occurs), numbers and
/// addresses in interval trees. What fits none of these is tested one by one: wildcards that begin and end with a star,
/// and ignore-case operands beyond ASCII.
struct TestIndex: Sendable {
    /// What to do when an operand has been found.
    struct Posting: Sendable {
        var clause: Int32
        /// What must pass besides, when the operand is only a part of the test; an index of `checks`.
        var check: Int32 = -1
    }

    private var table = TextTable()
    /// For each text of the table a slice of `postings`.
    private var postingsOfText: [Slice] = []
    private var postings: [Posting] = []
    private var checks: [ValueTest] = []
    /// The lengths of prefixes and suffixes, plain and folded, that occur.
    private var affixes: [(kind: TextTable.Kind, length: Int)] = []
    private var hasFoldedTexts = false
    private var ranges: IntervalIndex<Double>
    /// The addresses that an IPv4 or an IPv6 address is within, see `AddressRange.contains`.
    private var ranges4: IntervalIndex<UInt64>
    private var ranges6: IntervalIndex<UInt128>
    private var nulls: [Int32]
    private var yeses: [Int32]
    private var noes: [Int32]
    private var presents: [Int32]
    private var others: [(test: ValueTest, clause: Int32)]

    /// - Parameter tests: each with the clause that holds when it passes; no `noneOf`.
    init(_ tests: [(test: ValueTest, clause: Int32)], _ literals: inout Literals) {
        var plan = TestIndexPlan()
        for (test, clause) in tests { plan.add(test, clause, literals) }
        ranges = IntervalIndex(plan.ranges)
        ranges4 = IntervalIndex(plan.ranges4)
        ranges6 = IntervalIndex(plan.ranges6)
        (nulls, yeses, noes, presents, others) = (plan.nulls, plan.yeses, plan.noes, plan.presents, plan.others)
        checks = plan.checks
        for key in plan.keys {
            let found = plan.postings[key] ?? []
            postingsOfText.append(Slice(start: Int32(postings.count), count: Int32(found.count)))
            postings += found
        }
        table = TextTable(plan.keys, &literals)
        hasFoldedTexts = plan.keys.contains { $0.kind == .foldedWhole }
        for kind in [TextTable.Kind.prefix, .suffix, .foldedPrefix, .foldedSuffix] {
            affixes += Set(plan.keys.lazy.filter { $0.kind == kind }.map(\.text.count)).map { (kind, $0) }
        }
    }

    /// Inserts the clauses of which some test passes. `bytes` is what the value's offsets are in.
    func insert(
        passing value: inout EventValue, _ bytes: RawSpan, _ literals: borrowing Literals,
        into clauses: inout ClauseSet
    ) {
        for clause in presents { clauses.insert(Int(clause)) }
        switch value.kind {
        case .null: for clause in nulls { clauses.insert(Int(clause)) }
        case .yes: for clause in yeses { clauses.insert(Int(clause)) }
        case .no: for clause in noes { clauses.insert(Int(clause)) }
        case .number: insert(passingNumber: &value, bytes, literals, &clauses)
        case .string: insert(passingText: &value, bytes, literals, &clauses)
        }
        for (test, clause) in others
        where !clauses.contains(Int(clause)) && literals.passesSimple(test, &value, bytes) {
            clauses.insert(Int(clause))
        }
    }

    private func insert(
        passingNumber value: inout EventValue, _ bytes: RawSpan, _ literals: borrowing Literals,
        _ clauses: inout ClauseSet
    ) {
        insert(.numberText, value.start, value.end, &value, bytes, literals, &clauses)
        guard let number = value.asNumber(bytes) else { return }
        // Zero has one form, so that `-0` is found as `0`.
        let bits = (number == 0 ? 0 : number).bitPattern
        withUnsafeBytes(of: bits.littleEndian) { buffer in
            insert(.number, 0, 8, &value, buffer.bytes, literals, &clauses)
        }
        ranges.insert(holding: number, into: &clauses)
    }

    private func insert(
        passingText value: inout EventValue, _ bytes: RawSpan, _ literals: borrowing Literals,
        _ clauses: inout ClauseSet
    ) {
        let (start, end) = (value.start, value.end)
        insert(.whole, start, end, &value, bytes, literals, &clauses)
        if hasFoldedTexts { insert(.foldedWhole, start, end, &value, bytes, literals, &clauses) }
        for (kind, length) in affixes where length <= end - start {
            let isPrefix = kind == .prefix || kind == .foldedPrefix
            insert(
                kind, isPrefix ? start : end - length, isPrefix ? start + length : end, &value, bytes, literals,
                &clauses)
        }
        guard !ranges4.isEmpty || !ranges6.isEmpty, let address = InternetAddress(bytes, start..<end) else { return }
        if address.isIPv4 {
            ranges4.insert(holding: address.low, into: &clauses)
        } else {
            ranges6.insert(holding: address.bits, into: &clauses)
        }
    }

    /// Looks one operand up and inserts the clauses of what it is an operand of.
    private func insert(
        _ kind: TextTable.Kind, _ start: Int, _ end: Int, _ value: inout EventValue, _ bytes: RawSpan,
        _ literals: borrowing Literals, _ clauses: inout ClauseSet
    ) {
        guard let text = table.find(kind, bytes, start, end, literals) else { return }
        for index in postingsOfText[text].range {
            let posting = postings[index]
            if posting.check < 0 || literals.passesSimple(checks[Int(posting.check)], &value, bytes) {
                clauses.insert(Int(posting.clause))
            }
        }
    }
}
