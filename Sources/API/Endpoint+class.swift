// Which requests count towards availability, and how fast they are to be answered. It follows from what they are worth to whoever waits.

import HTTPTypes
import Resilience

extension Endpoint {
    /// The class that its requests are counted in; nil where they are not: probes, figures and the API's own description.
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
    /// `X-Tradewind-Probe`: marks the requests of a prober, where they carry a key that may say so.
    public static let probe = HTTPField.Name("X-Tradewind-Probe").unsafelyNamed
}
