import ArgumentParser
import Capacity
import Costs
import Stacks

/// What `sluice cost` and `sluice plan` take: a template, a rate, and what is known of the work.
struct ForecastArguments: ParsableArguments {
    @Option(help: "The CloudFormation template.")
    var template = "template.yaml"

    @OptionGroup var parameters: ParameterArguments

    @Option(help: "The table whose pipes are meant, where pipes read several.")
    var table: String?

    @Option(
        help: ArgumentHelp(
            "Orders written a second, new ones and changed ones together: 0 to 1,000,000.", valueName: "orders/s"))
    var rate: String

    @Option(
        help: ArgumentHelp(
            "Of the writes, how many change an order (default: 0.719781, as in the demo).", valueName: "share"))
    var updates: String?

    @Option(
        help: ArgumentHelp("Of an order, as DynamoDB counts it: 1 to 409,600 (default: 600).", valueName: "bytes"))
    var itemBytes: String?

    @Option(help: ArgumentHelp("Of an order once it was changed (default: the same).", valueName: "bytes"))
    var updatedItemBytes: String?

    @Option(
        help: ArgumentHelp(
            "What a pipe's filter lets through, 0 to 1 (default: as in the demo, else 1).", valueName: "pipe=share"))
    var pass: [NamedValue] = []

    @Option(
        help: ArgumentHelp(
            "What filters let through, retries and dead letters of a run.",
            discussion: "What sluice demo --json or sluice pipes list --json printed; - for standard input.",
            valueName: "file"))
    var measured: String?

    @Flag(help: "Take the same from a running engine.")
    var running = false

    @Option(help: "Address of the running engine (default: AWS_ENDPOINT_URL, or http://127.0.0.1:4566).")
    var endpointURL: String?

    @Option(help: ArgumentHelp("Most records of a batch (default: the template's).", valueName: "pipe=n"))
    var batchSize: [NamedValue] = []

    @Option(help: ArgumentHelp("Records of an average batch (default: reckoned).", valueName: "pipe=n"))
    var batchFill: [NamedValue] = []

    @Option(help: ArgumentHelp("Batches of a shard side by side (default: the template's).", valueName: "pipe=n"))
    var parallelizationFactor: [NamedValue] = []

    @Option(help: ArgumentHelp("Running time of a call, whatever is in it (default: 5).", valueName: "function=ms"))
    var functionMs: [NamedValue] = []

    @Option(
        help: ArgumentHelp("What each record adds that the function works on (default: 10).", valueName: "function=ms"))
    var recordMs: [NamedValue] = []

    @Option(help: ArgumentHelp("Of the calls, how many fail and are made again (default: 0).", valueName: "share"))
    var retries: String?

    @Option(
        help: ArgumentHelp(
            "Of the records behind filters, how many become dead letters (default: 0).", valueName: "share"))
    var deadLetters: String?

    @Option(
        help: ArgumentHelp(
            "Messages that a function sends to a queue for each record (default: as in the demo, else 1).",
            valueName: "queue=n"))
    var messages: [NamedValue] = []

    @Option(help: ArgumentHelp("Shards of the stream (default: auto, from the writes).", valueName: "n"))
    var shards = "auto"

    @Flag(help: "Print JSON.")
    var json = false
}

/// What is asked, and on what the answer rests.
struct Forecast {
    var pipeline: Pipeline
    var load: Load
    /// Of what was assumed or measured, a sentence each.
    var assumptions: [String]

    /// - Parameter measured: what `--measured` or `--running` found.
    init(_ arguments: ForecastArguments, measured: MeasuredRun?) throws(FilterInputError) {
        let stack: Stack
        do {
            stack = try Stack(
                Template.load(path: arguments.template),
                options: StackOptions(parameters: arguments.parameters.values))
            pipeline = try Pipeline(stack, table: arguments.table)
        } catch {
            throw FilterInputError("\(error)")
        }
        let rate = try NumberReader(option: "--rate")
            .decimal(arguments.rate, 0...Load.writesPerSecondMax, "orders a second")
        load = Load(writesPerSecondThousandths: rate)
        assumptions = []
        readTable(stack)
        try readOrders(arguments, measured)
        try readPipes(arguments, stack, measured)
        try readFunctions(arguments, stack)
        if arguments.shards != "auto" {
            load.shards = Int(
                try NumberReader(option: "--shards").integer(arguments.shards, 1...100_000, "auto or shards"))
        }
    }

    /// What pipes have done, where the arguments ask for it.
    static func measure(_ arguments: ForecastArguments) async throws -> MeasuredRun? {
        guard !arguments.running || arguments.measured == nil else {
            throw FilterInputError("--running and --measured both say what was measured; give one of them.")
        }
        if let file = arguments.measured { return try MeasuredRun(JSONInput(argument: file, placeholder: "FILE")) }
        guard arguments.running else { return nil }
        return try await ControlClient.with(arguments.endpointURL) { engine in
            try MeasuredRun(try await engine.get(["_sluice", "status"]), of: engine.url)
        }
    }

    /// What of the table is taken for something else than it is.
    private mutating func readTable(_ stack: Stack) {
        guard let settings = stack.tables.first(where: { $0.name == pipeline.table.name })?.settings else { return }
        if settings.throughput != nil {
            assumptions.append(
                "\(pipeline.table.name) has provisioned capacity, and is reckoned as if it were on demand.")
        }
        if settings.tableClass != "STANDARD" {
            assumptions.append(
                "\(pipeline.table.name) is of class \(settings.tableClass), and is reckoned as STANDARD.")
        }
    }

    private mutating func readOrders(_ arguments: ForecastArguments, _ measured: MeasuredRun?) throws(FilterInputError)
    {
        if let updates = arguments.updates {
            load.updates = try NumberReader(option: "--updates").share(updates)
        } else if let measured, let updates = measured.updates {
            load.updates = updates
            assumptions.append("\(updates) of the writes change an order: measured, \(measured.name).")
        } else {
            load.updates = DemoShares.updates
            assumptions.append("\(load.updates) of the writes change an order: assumed, as in the demo; --updates.")
        }
        let sizes = 1...Load.itemSizeBytesMax
        if let bytes = arguments.itemBytes {
            load.itemBytes = try NumberReader(option: "--item-bytes").integer(bytes, sizes, "bytes")
        } else {
            assumptions.append("An order has \(load.itemBytes) bytes: assumed; --item-bytes.")
        }
        if let bytes = arguments.updatedItemBytes {
            load.updatedItemBytes = try NumberReader(option: "--updated-item-bytes").integer(bytes, sizes, "bytes")
        } else if load.updates > .none {
            assumptions.append("A changed order is as large as a new one: assumed; --updated-item-bytes.")
        }
    }

    private mutating func readPipes(
        _ arguments: ForecastArguments, _ stack: Stack, _ measured: MeasuredRun?
    ) throws(FilterInputError) {
        let names = pipeline.pipes.map(\.name)
        let pass = NumberReader(option: "--pass")
        let passes = try pass.byName(arguments.pass, "pipe", names) { text throws(FilterInputError) in
            try pass.share(text)
        }
        let fill = NumberReader(option: "--batch-fill")
        let fills = try fill.byName(arguments.batchFill, "pipe", names) { text throws(FilterInputError) in
            try fill.decimal(text, 1...10_000, "records")
        }
        let size = NumberReader(option: "--batch-size")
        let sizes = try size.byName(arguments.batchSize, "pipe", names) { text throws(FilterInputError) in
            try size.integer(text, 1...10_000, "records")
        }
        let factor = NumberReader(option: "--parallelization-factor")
        let factors = try factor.byName(arguments.parallelizationFactor, "pipe", names) {
            text throws(FilterInputError) in
            try factor.integer(text, 1...10, "batches")
        }
        let demo = DemoShares.passes(stack)
        for (index, pipe) in pipeline.pipes.enumerated() {
            let name = pipe.name
            let share: Share
            if let given = passes[name] {
                share = given
            } else if let found = measured?.passes[name] {
                share = found
                assumptions.append("\(name) lets \(found) of the records through: measured, \(measured!.name).")
            } else if let known = demo[name] {
                share = known
                assumptions.append("\(name) lets \(known) of the records through: assumed, as in the demo; --pass.")
            } else {
                share = .all
                if pipe.hasFilter {
                    assumptions.append(
                        "\(name) lets all records through: assumed, nothing is known of its filter; --pass.")
                }
            }
            load.pipes[name] = Load.Pipe(passes: share, batchFillThousandths: fills[name])
            if let size = sizes[name] { pipeline.pipes[index].batchSize = Int(size) }
            if let factor = factors[name] { pipeline.pipes[index].parallelizationFactor = Int(factor) }
        }
        if let text = arguments.retries {
            load.retries = try NumberReader(option: "--retries").share(text)
        } else if let measured {
            load.retries = measured.retries
            assumptions.append("\(load.retries) of the calls are made again: measured, \(measured.name).")
        } else {
            assumptions.append("No call fails and is made again: assumed; --retries.")
        }
        if let text = arguments.deadLetters {
            load.deadLetters = try NumberReader(option: "--dead-letters").share(text)
        } else if let measured {
            load.deadLetters = measured.deadLetters
            assumptions.append("\(load.deadLetters) of the records become dead letters: measured, \(measured.name).")
        } else {
            assumptions.append("No record becomes a dead letter: assumed; --dead-letters.")
        }
    }

    private mutating func readFunctions(_ arguments: ForecastArguments, _ stack: Stack) throws(FilterInputError) {
        let names = pipeline.functions.map(\.name)
        let call = NumberReader(option: "--function-ms")
        let record = NumberReader(option: "--record-ms")
        let range = 0...Load.functionMicrosecondsMax / 1_000
        let calls = try call.byName(arguments.functionMs, "function", names) { text throws(FilterInputError) in
            try call.decimal(text, range, "milliseconds")
        }
        let records = try record.byName(arguments.recordMs, "function", names) { text throws(FilterInputError) in
            try record.decimal(text, range, "milliseconds")
        }
        let assumed = Load.functionDefault
        for name in names {
            load.functions[name] = Load.Function(
                callMicroseconds: calls[name] ?? assumed.callMicroseconds,
                recordMicroseconds: records[name] ?? assumed.recordMicroseconds)
        }
        for (given, what) in [
            (calls, "5 ms for a call: assumed; --function-ms"),
            (records, "10 ms more for each record that it works on: assumed; --record-ms"),
        ] {
            let left = names.filter { given[$0] == nil }
            if !left.isEmpty { assumptions.append("\(left.joined(separator: ", ")): \(what).") }
        }
        let queues = Set(pipeline.functions.flatMap(\.queues)).sorted()
        let reader = NumberReader(option: "--messages")
        let given = try reader.byName(arguments.messages, "queue of a function", queues) {
            text throws(FilterInputError) in
            try reader.decimal(text, 0...1_000, "messages")
        }
        let demo = DemoShares.messages(stack)
        for function in pipeline.functions {
            var told: [String] = []
            for queue in function.queues {
                let sending = Load.Sending(function: function.name, queue: queue)
                load.messages[sending] = given[queue] ?? demo[sending] ?? 1_000
                guard given[queue] == nil else { continue }
                told.append(
                    "\(ExactDecimal.text(load.messages[sending]!, decimals: 3)) to \(queue)"
                        + (demo[sending] == nil ? "" : " (as in the demo)"))
            }
            guard !told.isEmpty else { continue }
            assumptions.append(
                "\(function.name) sends messages for each record: \(told.joined(separator: ", ")): assumed; --messages."
            )
        }
    }
}
