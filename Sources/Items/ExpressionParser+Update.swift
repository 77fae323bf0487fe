extension ExpressionParser {
    mutating func update() throws(ItemError) -> [UpdateSection] {
        keywords = Set(UpdateSection.Keyword.allCases.map(\.rawValue))
        var sections: [UpdateSection] = []
        repeat {
            guard next.kind == .word, let keyword = UpdateSection.Keyword(rawValue: next.text.uppercased()) else {
                throw syntaxError
            }
            advance()
            var section = UpdateSection(keyword: keyword)
            repeat {
                try countOperator()
                let path = try path()
                section.actions.append((path, try actionValue(keyword)))
            } while take(symbol: ",")
            sections.append(section)
        } while next.kind != .end
        return sections
    }

    private mutating func actionValue(_ keyword: UpdateSection.Keyword) throws(ItemError) -> ExpressionSyntax? {
        switch keyword {
        case .remove: return nil
        case .set:
            try expect(symbol: "=")
            return try sum()
        case .add, .delete:
            let token = next
            guard token.kind == .value else { throw syntaxError }
            advance()
            return .value(token.text)
        }
    }

    /// `operand`, `operand + operand` or `operand - operand`, or one of these in parentheses.
    private mutating func sum() throws(ItemError) -> ExpressionSyntax {
        let left =
            isNext(symbol: "(") ? try group { parser throws(ItemError) in try parser.sum() } : try operand()
        guard left.isOperand else { return left }
        for symbol in ["+", "-"] where take(symbol: symbol) {
            try countOperator()
            return .arithmetic(symbol, left, try operand())
        }
        return left
    }

    // MARK: Projections

    mutating func projection() throws(ItemError) -> [[ExpressionSyntax.PathPart]] {
        var paths: [[ExpressionSyntax.PathPart]] = []
        repeat { paths.append(try path()) } while take(symbol: ",")
        try expectEnd()
        return paths
    }
}
