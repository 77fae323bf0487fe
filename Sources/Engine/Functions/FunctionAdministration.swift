import Clocks
import Functions
import Gateway
import Logging
import Stacks
import Storage

/// Makes, changes and deletes functions while the engine runs, one wish after the other. What is asked for is prepared, then
/// stored, then put in its place, so that whoever is answered finds it after a restart, and what cannot run is never stored.
struct FunctionAdministration: Sendable {
    let functions: RunningFunctions
    let states: FunctionStates
    /// The template's entries.
    let template: [String: (settings: FunctionSettings, code: FunctionCode)]
    let logger: Logger
    private let turnstile = Turnstile()

    init(
        functions: RunningFunctions, states: FunctionStates,
        template: [String: (settings: FunctionSettings, code: FunctionCode)], logger: Logger
    ) {
        self.functions = functions
        self.states = states
        self.template = template
        self.logger = logger
    }

    /// Brings the template's functions to what the Lambda API has left of them, and adds those that it has made. One that cannot
    /// run any more is left out with a warning.
    ///
    /// - Throws: what the store throws.
    func open() async throws {
        for (name, stored) in try states.all() {
            let entry = template[name]
            guard stored.template == entry?.settings else {
                // The template has changed its mind since, and holds.
                try await states.remove(name)
                continue
            }
            guard let settings = stored.settings else {
                functions.remove(name)
                continue
            }
            do {
                guard let code = try code(name, stored) else {
                    throw FunctionError(
                        .missingExecutable, "The code of the function \(name) is not there any more; create it again.")
                }
                functions.put(try functions.prepare(name, settings, code, changedAt: stored.changedAt))
            } catch {
                logger.warning("a function cannot run", metadata: ["function": "\(name)", "reason": "\(error)"])
            }
        }
    }

    private func code(_ name: String, _ stored: StoredFunction) throws -> FunctionCode? {
        stored.hasCode ? try states.zip(name).map(FunctionCode.zip) : template[name]?.code
    }

    /// - Throws: ``FunctionRefusal``, and what the store throws.
    func create(_ name: String, _ change: FunctionChange, zip: [UInt8]) async throws -> FunctionDescription {
        try await turnstile.pass {
            guard functions[name] == nil else { throw FunctionRefusal.exists }
            let settings = try FunctionSettings(change)
            return try await put(name, settings, .zip(zip), zip)
        }
    }

    /// - Throws: ``FunctionRefusal``, and what the store throws.
    func update(_ name: String, _ change: FunctionChange) async throws -> FunctionDescription {
        try await turnstile.pass {
            var settings = try known(name).settings
            try settings.apply(change)
            let stored = try states.stored(name)
            guard let code = try stored.map({ try code(name, $0) }) ?? template[name]?.code else {
                throw FunctionRefusal.unknown
            }
            return try await put(name, settings, code, nil)
        }
    }

    /// - Throws: ``FunctionRefusal``, and what the store throws.
    func updateCode(_ name: String, zip: [UInt8]) async throws -> FunctionDescription {
        try await turnstile.pass {
            let settings = try known(name).settings
            return try await put(name, settings, .zip(zip), zip)
        }
    }

    /// - Throws: ``FunctionRefusal``, and what the store throws.
    func delete(_ name: String) async throws {
        try await turnstile.pass {
            _ = try known(name)
            if let entry = template[name] {
                try await states.save(
                    StoredFunction(template: entry.settings, hasCode: false, changedAt: states.time.now()), name)
            } else {
                try await states.remove(name)
            }
            functions.remove(name)
        }
    }

    private func put(
        _ name: String, _ settings: FunctionSettings, _ code: FunctionCode, _ zip: [UInt8]?
    ) async throws -> FunctionDescription {
        let hadCode = try states.stored(name)?.hasCode ?? false
        let now = states.time.now()
        let function: RunningFunction
        do { function = try functions.prepare(name, settings, code, changedAt: now) } catch let error as FunctionError {
            throw FunctionRefusal.invalid(error.message)
        }
        do {
            try await states.save(
                StoredFunction(
                    template: template[name]?.settings, settings: settings, hasCode: zip != nil || hadCode,
                    changedAt: now),
                name, zip: zip)
        } catch {
            function.code.remove()
            functions.place.keys.revoke(function.local.configuration.credentials)
            throw error
        }
        functions.put(function)
        return function.description
    }

    private func known(_ name: String) throws -> RunningFunction {
        guard let function = functions[name] else { throw FunctionRefusal.unknown }
        return function
    }
}
