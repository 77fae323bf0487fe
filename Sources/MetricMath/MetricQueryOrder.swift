/// Which expression must be worked out before which.
enum MetricQueryOrder {
    /// - Returns: places of the expressions, each after those that it names; otherwise in the order of the list.
    /// - Throws: for an id that no query has, and for expressions that wait for each other, with their ring.
    static func order(
        of queries: [MetricDataQuery], _ expressions: [String: MathExpression]
    ) throws(MathError) -> [Int] {
        let ids = Set(queries.map(\.id))
        var waiting: [(place: Int, id: String, needs: Set<String>)] = []
        for (place, query) in queries.enumerated() {
            guard let expression = expressions[query.id] else { continue }
            let references = expression.references
            if let unknown = references.subtracting(ids).min() {
                throw MathError("there is no metric or expression with the id '\(unknown)'").of(query.id)
            }
            waiting.append((place, query.id, references.filter { expressions[$0] != nil }))
        }
        var order: [Int] = []
        var done: Set<String> = []
        while !waiting.isEmpty {
            let ready = waiting.filter { $0.needs.isSubset(of: done) }
            guard !ready.isEmpty else {
                throw MathError("expressions wait for each other: \(ring(waiting.map { ($0.id, $0.needs) }, done))")
            }
            order += ready.map(\.place)
            done.formUnion(ready.map(\.id))
            waiting.removeAll { done.contains($0.id) }
        }
        return order
    }

    /// Goes from one that waits to one that it waits for until one comes again.
    private static func ring(_ waiting: [(id: String, needs: Set<String>)], _ done: Set<String>) -> String {
        let needs = Dictionary(waiting.map { ($0.id, $0.needs.subtracting(done)) }) { first, _ in first }
        var path = [waiting[0].id]
        while let next = path.last.flatMap({ needs[$0]?.min() }) {
            if let start = path.firstIndex(of: next) {
                return (path[start...] + [next]).joined(separator: " → ")
            }
            path.append(next)
        }
        return path.joined(separator: " → ")
    }
}
