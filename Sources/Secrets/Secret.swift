// What must not be read in a log is of a type that cannot be printed. A log line, an error, `dump` and the description of whatever
// holds a secret all go by the same few protocols, and each of them gets dots here; the value itself is had by asking for it by name.

/// A value that is never printed: a key, a password, or what a key was made into.
public struct Secret<Value: Sendable>: Sendable {
    private let value: Value

    /// Hides a value.
    public init(_ value: Value) {
        self.value = value
    }

    /// The value itself, for whoever has to send it or to reckon with it.
    public func reveal() -> Value { value }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Dots, whatever the value.
    public var description: String { "••••" }
    /// Dots, whatever the value.
    public var debugDescription: String { description }
    /// Nothing to walk through.
    public var customMirror: Mirror { Mirror(self, unlabeledChildren: EmptyCollection<Never>()) }
}

extension Secret: Equatable where Value: Equatable {}
extension Secret: Hashable where Value: Hashable {}
