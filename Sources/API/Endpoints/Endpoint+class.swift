// Which requests count for availability, and their latency objectives, by their value for the client.

import HTTPTypes
import Resilience

extension Endpoint {
    /// The class in which its requests are counted; nil where they are not: health probes, metrics and the API's own description.
    public var countedClass: CountedClass? {
        if ["Health", "Availability", "Description"].contains(tag) { return nil }
        switch tier {
        case .t0, .t1: return .transaction
        case .t2, .t3: return .interactive
        case .t4: return .background
        case nil: return nil
        }
    }
}

extension HTTPField.Name {
    /// Marks the requests of a prober (`X-Tradewind-Probe`).
    ///
    /// It counts only with a key that has the scope `operator:write`.
    public static let probe = HTTPField.Name("X-Tradewind-Probe").unsafelyNamed
}
