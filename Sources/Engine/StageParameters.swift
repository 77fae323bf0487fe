import Foundation
import Stacks

/// How a pipe sends to its enrichment or its target, as the Pipes API spells it.
private struct StageParameters: Encodable {
    struct Function: Encodable { let InvocationType: String }
    let InputTemplate: String?
    let LambdaFunctionParameters: Function?

    /// Nil when all is left open.
    var json: [UInt8]? {
        guard InputTemplate != nil || LambdaFunctionParameters != nil else { return nil }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Texts only: encoding cannot fail.
        return Array(try! encoder.encode(self))
    }
}

extension PipeResource {
    /// JSON of `EnrichmentParameters`.
    var enrichmentParametersJSON: [UInt8]? {
        StageParameters(InputTemplate: enrichmentTemplate?.text, LambdaFunctionParameters: nil).json
    }

    /// JSON of `TargetParameters`.
    var targetParametersJSON: [UInt8]? {
        let function: StageParameters.Function? =
            switch target {
            case .function(let type): .init(InvocationType: type.rawValue)
            case .queue: nil
            }
        return StageParameters(InputTemplate: targetTemplate?.text, LambdaFunctionParameters: function).json
    }
}
