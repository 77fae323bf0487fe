import Items
import Testing

/// Statements, by what they do to items.
@Suite struct PartiQLTests {
    private static let keySchema = KeySchema(
        hashKey: .init(name: "id", type: .string), rangeKey: .init(name: "at", type: .number))
    private static let order: Item = [
        "id": .string("A-1"), "at": .number(5), "status": .string("pending"), "amount": .number(150),
        "tags": .stringSet(["new", "web"]), "lines": .list([.string("x")]),
        "customer": .map(["name": .string("Ann"), "visits": .number(3)]), "note": .null,
    ]

    private func filter(_ clause: String, _ parameters: AttributeValue...) throws -> PartiQLStatement.Filter {
        let statement = try PartiQLStatement("SELECT * FROM Orders WHERE \(clause)", parameters: parameters)
        guard case .select(let selection) = statement else { throw Unexpected(statement: statement) }
        return try #require(selection.filter)
    }

    private struct Unexpected: Error {
        let statement: PartiQLStatement
    }

    @Test(arguments: [
        ("id = 'A-1'", true), ("id = 'A-2'", false), ("amount > 100 AND amount < 200", true),
        ("amount BETWEEN 100 AND 149", false), ("status IN ['shipped', 'pending']", true),
        ("status IN ('shipped')", false), ("NOT status = 'shipped'", true), ("amount <> 150", false),
        ("amount != 151", true), ("begins_with(id, 'A-')", true), ("contains(tags, 'web')", true),
        ("attribute_type(amount, 'N')", true), ("size(tags) = 2", true), ("coupon IS MISSING", true),
        ("coupon IS NOT MISSING", false), ("note IS NULL", true), ("status IS NOT NULL", true),
        ("customer.visits = 3", true), (#""customer"."name" = 'Ann' AND lines[0] = 'x'"#, true),
        // Precedence and parentheses.
        ("(id = 'no' OR amount = 150) AND status = 'shipped'", false),
        ("id = 'no' OR amount = 150 AND status = 'pending'", true),
        ("((id = 'no') OR (amount = 150)) AND status = 'shipped'", false),
        ("((id = 'A-1'))", true), ("NOT (id = 'A-1' AND amount = 150)", false), ("150 = amount", true),
        ("amount = 1.5e2", true), ("amount > -1", true),
    ])
    func aWhereClauseIsACondition(clause: String, isMet: Bool) throws {
        #expect(try filter(clause).condition.evaluate(Self.order) == isMet)
    }

    @Test func equalitiesThatMustHoldGiveTheKey() throws {
        let key: Item = ["id": .string("A-1"), "at": .number(5)]
        #expect(try filter("id = ? AND at = 5", .string("A-1")).key(of: Self.keySchema) == key)
        #expect(try filter("(at = 5 AND status = 'x') AND id = 'A-1'").key(of: Self.keySchema) == key)
        #expect(try filter("id = 'A-1' AND (at = 5 OR at = 6)").key(of: Self.keySchema) == nil)
        #expect(try filter("id = 'A-1' AND NOT at = 5").key(of: Self.keySchema) == nil)
        #expect(try filter("id = 'A-1' AND at > 5").key(of: Self.keySchema) == nil)
        #expect(try filter("id = status AND at = 5").key(of: Self.keySchema) == nil)
    }

    @Test func aSelectionNamesTableIndexAttributesAndOrder() throws {
        let statement = try PartiQLStatement(
            #"select id, customer.name from "Orders"."by-customer" where id = 'A-1' order by at desc"#)
        guard case .select(let selection) = statement else { throw Unexpected(statement: statement) }
        #expect((selection.table, selection.index) == ("Orders", "by-customer"))
        #expect(
            selection.projection?.apply(to: Self.order)
                == ["id": .string("A-1"), "customer": .map(["name": .string("Ann")])])
        #expect(selection.order?.attribute == "at")
        #expect(selection.order?.isAscending == false)
    }

    @Test func anInsertionIsAnItem() throws {
        let statement = try PartiQLStatement(
            #"INSERT INTO Orders VALUE {'id': ?, 'at': -5, 'text': 'it''s', 'on': true, 'none': null, "#
                + #"'set': <<1, 2>>, 'list': [1, 'a', {'k': false}]}"#, parameters: [.string("B")])
        guard case .insert("Orders", let item) = statement else { throw Unexpected(statement: statement) }
        #expect(
            item
                == [
                    "id": .string("B"), "at": .number(-5), "text": .string("it's"), "on": .bool(true), "none": .null,
                    "set": .numberSet([1, 2]),
                    "list": .list([.number(1), .string("a"), .map(["k": .bool(false)])]),
                ])
    }

    @Test func anUpdateChangesWhatItSays() throws {
        let statement = try PartiQLStatement(
            """
            UPDATE Orders SET amount = amount + 1 SET tags = set_add(tags, <<'vip'>>) SET customer.name = ?
            SET lines = list_append(lines, ['y']) REMOVE note WHERE id = 'A-1' AND at = 5 RETURNING MODIFIED NEW *
            """, parameters: [.string("Bob")])
        guard case .update("Orders", let update, let filter, .modifiedNew) = statement else {
            throw Unexpected(statement: statement)
        }
        let new = try update.apply(to: Self.order, keyAttributes: ["id", "at"])
        var expected = Self.order
        expected["amount"] = .number(151)
        expected["tags"] = .stringSet(["new", "vip", "web"])
        expected["customer"] = .map(["name": .string("Bob"), "visits": .number(3)])
        expected["lines"] = .list([.string("x"), .string("y")])
        expected["note"] = nil
        #expect(new == expected)
        #expect(filter.condition.evaluate(Self.order))
        let deletion = try PartiQLStatement("UPDATE Orders SET tags = set_delete(tags, <<'web'>>) WHERE id = 'A-1'")
        guard case .update(_, let update, _, .nothing) = deletion else { throw Unexpected(statement: deletion) }
        #expect(try update.apply(to: Self.order, keyAttributes: [])["tags"] == .stringSet(["new"]))
    }

    /// What a statement sets may have levels of its own around a parameter's.
    @Test func anUpdateThatNestsTooDeeplyIsRefused() throws {
        var deepest = AttributeValue.null
        for _ in 0..<31 { deepest = .list([deepest]) }
        func set(_ value: String) throws -> Item {
            let statement = try PartiQLStatement(
                "UPDATE Orders SET \(value) WHERE id = 'A-1'", parameters: [deepest])
            guard case .update(_, let update, _, _) = statement else { throw Unexpected(statement: statement) }
            return try update.apply(to: Self.order, keyAttributes: ["id", "at"])
        }
        #expect(try set("note = ?")["note"] == deepest)
        for deeper in ["note = [?]", "note = {'a': ?}", "customer.note = ?", "lines = list_append(lines, [?])"] {
            let error = #expect(throws: ItemError.self) { try set(deeper) }
            #expect(error?.message.hasPrefix("Nesting Levels have exceeded supported limits") == true, "\(deeper)")
        }
    }

    @Test(arguments: [
        "SELECT", "SELECT * FROM", "SELECT * FROM Orders WHERE", "SELECT * FROM Orders WHERE id", "DROP TABLE Orders",
        "SELECT * FROM Orders WHERE id = 'open", "SELECT * FROM Orders LIMIT 1", "INSERT INTO Orders VALUE 'x'",
        "INSERT INTO Orders VALUE {'id': }", "INSERT INTO Orders VALUE {id: 1}", "UPDATE Orders WHERE id = 1",
        "UPDATE Orders SET a = 1", "DELETE FROM Orders", "DELETE FROM Orders WHERE id = 'a' RETURNING ALL *",
        "SELECT * FROM Orders WHERE id ~ 'a'", "SELECT * FROM Orders WHERE id = <<1, 'a'>>",
        "SELECT * FROM Orders WHERE set_add(id, 1)",
    ])
    func whatIsNoStatementIsRefused(statement: String) {
        let error = #expect(throws: ItemError.self) { try PartiQLStatement(statement) }
        #expect(error?.code == .validation)
    }

    @Test func parametersAndPlacesMustBeAsMany() {
        for (statement, parameters) in [
            ("SELECT * FROM Orders WHERE id = ?", []), ("SELECT * FROM Orders", [AttributeValue.null]),
        ] {
            let error = #expect(throws: ItemError.self) {
                try PartiQLStatement(statement, parameters: parameters)
            }
            #expect(error?.message.contains("Number of parameters") == true)
        }
    }

    @Test func hostileStatementsCostLittle() {
        let deep = String(repeating: "(", count: 4_000)
        let lists = String(repeating: "[", count: 4_000)
        for statement in [
            "", String(repeating: "x", count: 10_000), "SELECT * FROM Orders WHERE \(deep)",
            "INSERT INTO Orders VALUE {'a': \(lists)",
            "SELECT * FROM Orders WHERE \(String(repeating: "NOT ", count: 1_500))",
        ] {
            #expect(throws: ItemError.self) { try PartiQLStatement(statement) }
        }
    }
}
