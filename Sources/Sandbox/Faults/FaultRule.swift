import Foundation
import SplitMix

/// How often a fault occurs, and how long it lasts.
public struct FaultRule: Hashable, Sendable {
    /// The distribution of a duration.
    public enum Shape: String, Sendable, CaseIterable {
        /// Always `milliseconds`.
        case fixed
        /// Uniform from 0 to twice `milliseconds`.
        case uniform
        /// Exponentially with the mean `milliseconds`, and one in a hundred ten times that: a long tail.
        case tail
    }

    /// From 0 (never) to 1 (always).
    public var probability: Double
    /// The distribution of a duration.
    public var shape: Shape
    /// The mean duration.
    public var milliseconds: Int

    /// A rule; by default with the duration of its kind.
    public init(_ kind: FaultKind, probability: Double, shape: Shape? = nil, milliseconds: Int? = nil) {
        self.probability = min(max(probability, 0), 1)
        self.shape = shape ?? (kind == .brownOut ? .tail : .fixed)
        self.milliseconds = min(max(milliseconds ?? kind.fallbackMilliseconds, 0), Self.millisecondsMax)
    }

    /// The longest mean duration: ten minutes.
    public static let millisecondsMax = 600_000

    /// Reads `kind=probability`, `kind=probability:milliseconds` or `kind=probability:shape:milliseconds`.
    public static func parse(_ text: String) -> (kind: FaultKind, rule: FaultRule)? {
        let sides = text.split(separator: "=", maxSplits: 1)
        guard sides.count == 2, let kind = FaultKind(rawValue: String(sides[0])) else { return nil }
        var parts = sides[1].split(separator: ":", omittingEmptySubsequences: false)[...]
        guard let probability = parts.popFirst().flatMap({ Double($0) }), (0...1).contains(probability) else {
            return nil
        }
        var shape: Shape?
        if let word = parts.first, let named = Shape(rawValue: String(word)) {
            shape = named
            parts.removeFirst()
        }
        var milliseconds: Int?
        if let word = parts.popFirst() {
            guard let number = Int(word), (0...millisecondsMax).contains(number) else { return nil }
            milliseconds = number
        }
        guard parts.isEmpty else { return nil }
        return (kind, FaultRule(kind, probability: probability, shape: shape, milliseconds: milliseconds))
    }

    /// Draws a duration.
    func duration(_ random: inout SplitMix64) -> Duration {
        let mean = Double(milliseconds)
        let drawn =
            switch shape {
            case .fixed: mean
            case .uniform: random.unit() * 2 * mean
            case .tail: random.unit() < 0.01 ? 10 * mean : mean * Self.exponential(random.unit())
            }
        return .milliseconds(Int(drawn.rounded()))
    }

    /// An exponential number of mean 1 from a uniform one, at most 10.
    private static func exponential(_ unit: Double) -> Double {
        min(-log(1 - unit), 10)
    }
}
