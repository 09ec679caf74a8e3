// `Prefer: wait=N` (RFC 7240): the client prefers to wait some seconds for the result instead of asking for it later. An unknown
// preference is ignored, as the RFC asks.

import HTTPTypes
import Hummingbird

extension Call {
    /// The longest wait, in seconds.
    public static let waitMaxSeconds = 30

    /// How many seconds the client would wait, 1 to 30; nil where it does not ask for it.
    public var preferredWait: Int? {
        for header in request.headers[values: .prefer] {
            for preference in header.split(separator: ",") {
                let parts = preference.split(separator: "=", maxSplits: 1).map {
                    $0.trimmingPrefix(while: { $0 == " " })
                }
                guard parts.count == 2, parts[0].lowercased() == "wait" else { continue }
                let digits = parts[1].prefix { $0.isASCII && $0.isNumber }
                guard let seconds = Int(digits), seconds > 0 else { return nil }
                return min(seconds, Self.waitMaxSeconds)
            }
        }
        return nil
    }
}

extension HTTPField.Name {
    /// `Prefer`.
    public static let prefer = HTTPField.Name("Prefer").unsafelyNamed
    /// `Preference-Applied`.
    public static let preferenceApplied = HTTPField.Name("Preference-Applied").unsafelyNamed
}
