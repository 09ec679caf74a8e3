import HTTPTypes
import Hummingbird
import SplitMix
import Synchronization

/// The id of a request, for its answer and the log.
enum RequestID {
    /// The client's `X-Request-Id`, or the trace id of its `traceparent`, or a new one.
    static func of(_ request: Request) -> String { of(request.head) }

    /// The same, from a request's head.
    static func of(_ request: HTTPRequest) -> String {
        if let given = request.headerFields[.requestID], (1...128).contains(given.utf8.count),
            given.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        {
            return given
        }
        if let trace = request.headerFields[.traceparent]?.split(separator: "-"), trace.count >= 4,
            trace[1].count == 32,
            trace[1].allSatisfy(\.isHexDigit)
        {
            return String(trace[1])
        }
        return fresh()
    }

    private static let start = UInt64.random(in: .min ... .max)
    private static let count = Atomic<UInt64>(0)

    /// 16 hex digits, unique within a process and, except by chance, between processes: a counter mixed by SplitMix64's
    /// finaliser.
    static func fresh() -> String {
        let place = count.wrappingAdd(1, ordering: .relaxed).newValue
        var bits = SplitMix64.mixed(start &+ place &* SplitMix64.step)
        return String(unsafeUninitializedCapacity: 16) { text in
            for index in 0..<16 {
                let digit = UInt8(truncatingIfNeeded: bits & 0xF)
                text[index] = digit < 10 ? digit + UInt8(ascii: "0") : digit - 10 + UInt8(ascii: "a")
                bits >>= 4
            }
            return 16
        }
    }
}

extension HTTPField.Name {
    fileprivate static var traceparent: HTTPField.Name { traceparentName }
}

private let traceparentName: HTTPField.Name = {
    guard let name = HTTPField.Name("traceparent") else { preconditionFailure("a header's name is a token") }
    return name
}()
