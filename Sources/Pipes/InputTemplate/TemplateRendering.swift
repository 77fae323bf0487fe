/// An input template being filled in for one record.
struct TemplateRendering {
    let record: [UInt8]
    let variables: InputTemplate.Variables
    /// Once the output is longer, no part is added to it: each may be as long as the record.
    let bytesMax: Int
    private(set) var output: [UInt8] = []

    init(record: [UInt8], variables: InputTemplate.Variables, bytesMax: Int) {
        self.record = record
        self.variables = variables
        self.bytesMax = bytesMax
    }

    /// - Returns: false when the value is left out, with nothing appended.
    mutating func append(_ node: InputTemplate.Node) -> Bool {
        switch node {
        case .fixed(let json): output += json
        case .object(let fields):
            output.append(UInt8(ascii: "{"))
            let start = output.count
            for (name, value) in fields {
                appendOrTakeBack(separated: output.count > start) { rendering in
                    rendering.output += name
                    rendering.output.append(UInt8(ascii: ":"))
                    return rendering.append(value)
                }
            }
            output.append(UInt8(ascii: "}"))
        case .array(let elements):
            output.append(UInt8(ascii: "["))
            let start = output.count
            for element in elements {
                appendOrTakeBack(separated: output.count > start) { $0.append(element) }
            }
            output.append(UInt8(ascii: "]"))
        case .string(let parts):
            output.append(UInt8(ascii: "\""))
            for part in parts where output.count <= bytesMax {
                switch part {
                case .text(let text): output += text
                case .variable(let variable): appendAsText(variable)
                }
            }
            output.append(UInt8(ascii: "\""))
        case .variable(let variable): return appendAsValue(variable)
        }
        return true
    }

    private mutating func appendOrTakeBack(separated: Bool, _ append: (inout Self) -> Bool) {
        let start = output.count
        // Nothing of what stands here already is taken back, so the whole is too long whatever follows.
        guard start <= bytesMax else { return }
        if separated { output.append(UInt8(ascii: ",")) }
        if !append(&self) { output.removeSubrange(start...) }
    }

    /// As a JSON value: strings with their quotes.
    private mutating func appendAsValue(_ variable: TemplateVariable) -> Bool {
        switch variable {
        case .path(let path):
            switch path.find(in: record.span.bytes) {
            case .nothing: return false
            case .value(let range): output += record[range]
            case .values(let ranges):
                output.append(UInt8(ascii: "["))
                for (index, range) in ranges.enumerated() {
                    if index > 0 { output.append(UInt8(ascii: ",")) }
                    output += record[range]
                }
                output.append(UInt8(ascii: "]"))
            }
        case .event, .eventJSON: output += record
        case .pipeARN, .pipeName, .sourceARN, .enrichmentARN, .targetARN, .ingestionTime:
            guard let text = text(of: variable) else { return false }
            output.append(UInt8(ascii: "\""))
            output.append(jsonEscaping: text.utf8)
            output.append(UInt8(ascii: "\""))
        }
        return true
    }

    /// Inside a string: strings without their quotes, objects and arrays without any.
    private mutating func appendAsText(_ variable: TemplateVariable) {
        switch variable {
        case .path(let path):
            switch path.find(in: record.span.bytes) {
            case .nothing: break
            case .value(let range): appendAsText(record[range])
            case .values(let ranges):
                output.append(UInt8(ascii: "["))
                for (index, range) in ranges.enumerated() {
                    if index > 0 { output.append(UInt8(ascii: ",")) }
                    appendAsText(record[range])
                }
                output.append(UInt8(ascii: "]"))
            }
        case .event, .eventJSON: output.append(jsonEscaping: record)
        case .pipeARN, .pipeName, .sourceARN, .enrichmentARN, .targetARN, .ingestionTime:
            if let text = text(of: variable) { output.append(jsonEscaping: text.utf8) }
        }
    }

    /// A value of the record. A string keeps its escapes, so that the result stays a string. An object or array loses its
    /// quotes, those within its strings too.
    private mutating func appendAsText(_ json: ArraySlice<UInt8>) {
        if json.first == UInt8(ascii: "\"") {
            output += json.dropFirst().dropLast()
            return
        }
        var rest = json
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\""): break
            case UInt8(ascii: "\\"):
                let escaped = rest.popFirst()
                if let escaped, escaped != UInt8(ascii: "\"") { output += [byte, escaped] }
            // White space between the values, which a string cannot hold.
            case 0..<0x20: output.append(UInt8(ascii: " "))
            default: output.append(byte)
            }
        }
    }

    private func text(of variable: TemplateVariable) -> String? {
        switch variable {
        case .pipeARN: variables.pipeARN
        case .pipeName: variables.pipeName
        case .sourceARN: variables.sourceARN
        case .enrichmentARN: variables.enrichmentARN
        case .targetARN: variables.targetARN
        case .ingestionTime: variables.ingestionTime
        case .path, .event, .eventJSON: nil
        }
    }
}

extension [UInt8] {
    /// Appends text as it stands inside a JSON string.
    mutating func append(jsonEscaping text: some Sequence<UInt8>) {
        let digits = Array("0123456789abcdef".utf8)
        for byte in text {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): self += [UInt8(ascii: "\\"), byte]
            case 0x0A: self += Array(#"\n"#.utf8)
            case 0..<0x20: self += Array(#"\u00"#.utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            default: append(byte)
            }
        }
    }
}
