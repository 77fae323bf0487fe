import Foundation

/// A part of a pipe's settings, with its members spelt as the Pipes API spells them.
protocol PipeParameters: Encodable {}

extension PipeParameters {
    var json: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Texts and integers: encoding cannot fail.
        return Array(try! encoder.encode(self))
    }
}
