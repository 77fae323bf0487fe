extension MetricWidget.Annotation {
    static func read(_ members: BodyReader.Members, _ path: String, _ reader: inout BodyReader) -> [Self] {
        if members["vertical"] != nil {
            reader.warn("\(path)/vertical", "Vertical annotations are kept and not drawn here")
        }
        let rows = reader.array("horizontal", in: members, path) ?? []
        var annotations: [Self] = []
        for (place, row) in rows.enumerated() {
            let path = "\(path)/horizontal/\(place)"
            if case .array(let edges) = row {
                let read = edges.enumerated().compactMap { one($1, "\(path)/\($0)", &reader) }
                guard edges.count == 2 else {
                    reader.error(path, "Should have 2 items, the edges of a band")
                    continue
                }
                guard read.count == 2, var band = read[0] else { continue }
                band.bandValue = read[1]?.value
                annotations.append(band)
            } else if case let annotation?? = one(row, path, &reader) {
                annotations.append(annotation)
            }
        }
        return annotations
    }

    /// - Returns: nil for what is no annotation, and nil inside for one that is not to be seen.
    private static func one(_ value: JSONValue, _ path: String, _ reader: inout BodyReader) -> Self?? {
        guard let members = reader.object(value, path) else { return nil }
        guard let number = reader.number("value", in: members, path) else {
            if members["value"] == nil { reader.missing(path, "value") }
            return nil
        }
        var annotation = Self(value: number)
        annotation.label = reader.string("label", in: members, path)
        annotation.color = reader.string("color", in: members, path)
        annotation.fill = reader.choice("fill", in: members, path, Fill.self) ?? .none
        annotation.side = reader.choice("yAxis", in: members, path, MetricWidget.Side.self) ?? .left
        return .some(reader.bool("visible", in: members, path) ?? true ? annotation : nil)
    }
}
