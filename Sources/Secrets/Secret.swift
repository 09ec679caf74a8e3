// A secret has a type that cannot be printed. Log lines, errors, `dump` and the descriptions of enclosing values use a few
// protocols, each of which gives dots here; the value itself has to be requested by name.

/// A value that is never printed: a key, a password, or a value derived from one.
public struct Secret<Value: Sendable>: Sendable {
    private let value: Value

    /// Hides a value.
    public init(_ value: Value) {
        self.value = value
    }

    /// The value itself, for sending it or computing with it.
    public func reveal() -> Value { value }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Dots, whatever the value.
    public var description: String { "••••" }
    /// Dots, whatever the value.
    public var debugDescription: String { description }
    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, unlabeledChildren: EmptyCollection<Never>()) }
}

extension Secret: Equatable where Value: Equatable {}
extension Secret: Hashable where Value: Hashable {}
