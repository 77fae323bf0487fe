import Stacks

/// How a pipe sends to its enrichment or its target, as the Pipes API spells it.
private struct StageParameters: PipeParameters {
    struct Function: Encodable { let InvocationType: String }
    let InputTemplate: String?
    let LambdaFunctionParameters: Function?

    /// Nil when all is left open.
    var jsonUnlessEmpty: [UInt8]? { InputTemplate == nil && LambdaFunctionParameters == nil ? nil : json }
}

extension PipeResource {
    /// JSON of `EnrichmentParameters`.
    var enrichmentParametersJSON: [UInt8]? {
        StageParameters(InputTemplate: enrichmentTemplate?.text, LambdaFunctionParameters: nil).jsonUnlessEmpty
    }

    /// JSON of `TargetParameters`.
    var targetParametersJSON: [UInt8]? {
        let function: StageParameters.Function? =
            switch target {
            case .function(let type): .init(InvocationType: type.rawValue)
            case .queue: nil
            }
        return StageParameters(InputTemplate: targetTemplate?.text, LambdaFunctionParameters: function).jsonUnlessEmpty
    }
}
