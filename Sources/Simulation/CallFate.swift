import Providers
import Trading

/// The fate of a call over the network: when and how often the request arrives, and what the caller learns.
struct CallFate {
    enum Ending {
        /// The answer to the first arrival.
        case answered
        /// The outcome is unknown to the caller.
        case unknown(code: String)
        /// The caller learns that it was not done.
        case notDone(code: String)
    }

    /// After how many milliseconds the request arrives: never, once, or twice.
    let arrivals: [Int64]
    let ending: Ending
    /// After how many milliseconds the caller learns the outcome.
    let endsAfter: Int64

    /// The caller's timeout in milliseconds.
    static let timeout: Int64 = 10_000

    /// A call without faults.
    static func good(_ dice: inout Dice) -> CallFate {
        let arrives = dice.number(2...200)
        return CallFate(arrivals: [arrives], ending: .answered, endsAfter: arrives + dice.number(2...200))
    }

    /// A call while faults are on: three in ten fail, and every one while the other side is down.
    static func drawn(_ dice: inout Dice, isDown: Bool) -> CallFate {
        if isDown {
            return dice.chance(700)
                ? CallFate(arrivals: [], ending: .notDone(code: "connect"), endsAfter: 5)
                : CallFate(arrivals: [], ending: .unknown(code: "timeout"), endsAfter: timeout)
        }
        guard dice.chance(300) else { return good(&dice) }
        let arrives = dice.number(2...3000)
        switch dice.number(0...7) {
        case 0: return CallFate(arrivals: [], ending: .notDone(code: "connect"), endsAfter: 5)
        case 1: return CallFate(arrivals: [], ending: .notDone(code: "status_503"), endsAfter: 50)
        case 2: return CallFate(arrivals: [], ending: .unknown(code: "timeout"), endsAfter: timeout)
        case 3: return CallFate(arrivals: [arrives], ending: .unknown(code: "status_500"), endsAfter: arrives + 50)
        case 4:
            // It arrives after the caller's timeout, and perhaps after another worker has sent it again.
            let late = dice.number(timeout...60_000)
            return CallFate(arrivals: [late], ending: .unknown(code: "timeout"), endsAfter: timeout)
        case 5:
            let again = arrives + dice.number(1...40_000)
            return CallFate(arrivals: [arrives, again], ending: .answered, endsAfter: arrives + 50)
        case 6:
            let slow = arrives + dice.number(100...6000)
            return CallFate(arrivals: [arrives], ending: .answered, endsAfter: slow)
        default: return CallFate(arrivals: [arrives], ending: .unknown(code: "timeout"), endsAfter: timeout)
        }
    }
}

extension World {
    /// Makes a call to an external system.
    ///
    /// - Parameters:
    ///   - isDown: whether the other side is down at present.
    ///   - perform: executed by the other side whenever the request arrives.
    ///   - answer: called once with the caller's outcome.
    func call<Value>(
        isDown: Bool,
        perform: @escaping () -> ProviderAnswer<Value>,
        answer: @escaping (ProviderAnswer<Value>) -> Void
    ) {
        tally.calls += 1
        let fate = areFaultsOn ? CallFate.drawn(&dice, isDown: isDown) : CallFate.good(&dice)
        var first: ProviderAnswer<Value>?
        for arrival in fate.arrivals {
            time.after(arrival) {
                let said = perform()
                if first == nil { first = said }
            }
        }
        let ended: () -> ProviderAnswer<Value>
        switch fate.ending {
        case .answered: ended = { first ?? .unknown(ProviderTrouble(code: "nonsense")) }
        case .unknown(let code): ended = { .unknown(ProviderTrouble(code: code)) }
        case .notDone(let code): ended = { .notDone(ProviderTrouble(code: code)) }
        }
        if case .answered = fate.ending {} else { tally.brokenCalls += 1 }
        time.after(fate.endsAfter) { answer(ended()) }
    }
}

/// The outages of an external system.
struct Outages {
    private let spans: [Range<Timestamp>]

    /// Up to two outages of ten seconds to five minutes, while faults are on.
    init(_ dice: inout Dice, from start: Timestamp) {
        var spans: [Range<Timestamp>] = []
        for _ in 0..<dice.number(0...2) {
            let from = start.adding(seconds: dice.number(0...Simulator.faultSeconds))
            spans.append(from..<from.adding(seconds: dice.number(10...300)))
        }
        self.spans = spans
    }

    func contain(_ now: Timestamp) -> Bool {
        spans.contains { $0.contains(now) }
    }
}
