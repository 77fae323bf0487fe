import Clocks
import Foundation
import Gateway

/// How an engine's test clock stands: the answer of `GET /_sluice/clock`.
public struct ClockReport: Codable, Sendable, Hashable {
    /// Milliseconds since 1970.
    public var timestamp: Int64
    public var isFrozen: Bool
    /// How far it is ahead of the machine's clock; negative when it was frozen for longer than it was advanced by.
    public var aheadMilliseconds: Int64

    init(_ reading: ControlledTime.Reading) {
        timestamp = reading.now.milliseconds
        isFrozen = reading.isFrozen
        aheadMilliseconds = reading.ahead.microseconds / 1_000
    }
}

/// What may be asked of an engine's clock.
struct ClockControl: Sendable {
    let time: ControlledTime

    /// - Throws: `ControlError` when the engine runs on the machine's clock.
    init(_ time: any TimeSource) throws {
        guard let time = time as? ControlledTime else {
            throw ControlError(
                "this engine runs on the machine's clock; start it with `sluice up --test-clock` to have one that moves."
            )
        }
        self.time = time
    }

    var report: ClockReport { ClockReport(time.reading) }

    /// - Parameter verb: `advance`, `freeze` or `resume`.
    /// - Returns: nil for another verb.
    func perform(_ verb: String, _ body: [UInt8]) throws -> ClockReport? {
        switch verb {
        case "advance": try advance(body)
        case "freeze": time.freeze()
        case "resume": time.resume()
        default: return nil
        }
        return report
    }

    private func advance(_ body: [UInt8]) throws {
        struct Request: Decodable { let duration: String }
        guard let request = try? JSONDecoder().decode(Request.self, from: Data(body)) else {
            throw ControlError(#"the request's body is not understood; send JSON such as {"duration": "24h"}"#)
        }
        guard let duration = Duration(text: request.duration) else {
            throw ControlError(
                "\(request.duration.prefix(40)) is no duration; give one such as 250ms, 90s, 15m, 24h or 1d12h, 100 years at most."
            )
        }
        guard time.advance(by: duration) else {
            throw ControlError("\(request.duration) leads beyond the year 9999; advance by less.")
        }
    }
}
