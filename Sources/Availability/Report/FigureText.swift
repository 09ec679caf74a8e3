import Foundation

/// Figures for people: hours, minutes and shares, each followed by its interval.
enum FigureText {
    /// Seconds as hours.
    static func hours(_ seconds: Double) -> String { String(format: "%.2f", seconds / 3600) }

    /// Seconds as minutes.
    static func minutes(_ seconds: Double) -> String { String(format: "%.2f", seconds / 60) }

    /// Seconds, to a tenth.
    static func seconds(_ seconds: Double) -> String { String(format: "%.1f", seconds) }

    /// A ratio, such as a burn rate, to three digits.
    static func factor(_ factor: Double) -> String { String(format: "%.3g", factor) }

    /// Faults for each thousand hours, from faults an hour.
    static func perThousand(_ perHour: Double) -> String { String(format: "%.2f", perHour * 1000) }

    /// A share to five decimals, or to as many as its distance to 1 needs; at most seven, which is three seconds of a year.
    static func share(_ value: Double) -> String {
        let missing = 1 - value
        guard missing >= 5e-8 else { return String(format: "%.5f", value) }
        let decimals = min(max(5, Int((-log10(missing)).rounded(.up)) + 1), 7)
        return String(format: "%.\(decimals)f", value)
    }

    /// A confidence level in per cent.
    static func percent(_ share: Double) -> String {
        String(format: "%.4g", share * 100) + " %"
    }

    /// A length of time in a suitable unit.
    static func length(_ seconds: Double) -> String {
        switch seconds {
        case ..<120: String(format: "%.4g s", seconds)
        case ..<7200: String(format: "%.4g min", seconds / 60)
        case ..<172_800: String(format: "%.4g h", seconds / 3600)
        default: String(format: "%.4g d", seconds / 86_400)
        }
    }

    /// A figure and its interval, as in `60.93 [53.69, 69.72]`; an unknown bound is left open.
    static func estimate(_ estimate: Estimate, _ text: (Double) -> String) -> String {
        let value = estimate.value.map(text)
        switch (estimate.lower, estimate.upper) {
        case (let lower?, let upper?): return "\(value ?? "–") [\(text(lower)), \(text(upper))]"
        case (let lower?, nil): return value.map { "\($0), at least \(text(lower))" } ?? "at least \(text(lower))"
        case (nil, let upper?): return value.map { "\($0), at most \(text(upper))" } ?? "at most \(text(upper))"
        case (nil, nil): return value ?? "–"
        }
    }
}
