import AccessKeys
import Testing

struct AccessRightsTests {
    private static let orders = "arn:aws:dynamodb:us-east-1:000000000000:table/Orders"

    private func allows(_ allow: [String], _ on: [String], _ action: String, _ resource: String = orders) -> Bool {
        AccessRights.statements([.init(allow: allow, on: on)]).allow(action, on: resource)
    }

    @Test func withoutStatementsThereIsEverythingOrNothing() {
        #expect(AccessRights.everything.allow("dynamodb:DeleteTable", on: Self.orders))
        #expect(!AccessRights.statements([]).allow("dynamodb:GetItem", on: Self.orders))
    }

    @Test(arguments: [
        ("dynamodb:PutItem", true), ("dynamodb:*", true), ("*", true), ("DynamoDB:putitem", true),
        ("dynamodb:Put?tem", true),
        ("dynamodb:Put*", true), ("dynamodb:GetItem", false), ("sqs:*", false), ("dynamodb:Put", false), ("", false),
    ]) func actionsAreComparedWithoutCase(_ pattern: String, _ isAllowed: Bool) {
        #expect(allows([pattern], ["*"], "dynamodb:PutItem") == isAllowed)
    }

    @Test(arguments: [
        (orders, true), ("*", true), ("arn:aws:dynamodb:*:*:table/Orders", true),
        ("arn:aws:dynamodb:*:*:table/*", true),
        ("arn:aws:dynamodb:*:*:table/Order?", true), ("arn:*", true), ("arn:aws:dynamodb:*:*:table/orders", false),
        ("arn:aws:dynamodb:*:*:table/Order", false), ("arn:aws:dynamodb:*:*:table/Orders/*", false),
        ("arn:aws:dynamodb:eu-*:*:table/Orders", false), ("arn:aws:sqs:*", false),
    ]) func resourcesAreComparedWithCase(_ pattern: String, _ isAllowed: Bool) {
        #expect(allows(["dynamodb:PutItem"], [pattern], "dynamodb:PutItem") == isAllowed)
    }

    @Test func anActionWithoutAResourceNeedsAStar() {
        #expect(allows(["dynamodb:ListTables"], ["*"], "dynamodb:ListTables", "*"))
        #expect(!allows(["dynamodb:ListTables"], [Self.orders], "dynamodb:ListTables", "*"))
    }

    @Test func anActionOfOneStatementDoesNotGoWithTheResourceOfAnother() {
        let rights = AccessRights.statements([
            .init(allow: ["dynamodb:GetItem"], on: ["*"]), .init(allow: ["dynamodb:PutItem"], on: [Self.orders + "2"]),
        ])
        #expect(rights.allow("dynamodb:GetItem", on: Self.orders))
        #expect(!rights.allow("dynamodb:PutItem", on: Self.orders))
    }

    @Test func aHostilePatternEnds() {
        let stars = String(repeating: "*a", count: 200)
        #expect(!allows(["*"], [stars + "b"], "x:Y", String(repeating: "a", count: 2_000)))
        #expect(allows(["*"], [stars], "x:Y", String(repeating: "a", count: 2_000)))
    }
}
