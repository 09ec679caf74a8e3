/// The results of requests with a key, so that each key has one effect.
struct KeyTable<Value: Sendable>: Sendable {
    private var values: [String: (fingerprint: UInt64, value: Value)] = [:]

    /// The result of the key's first request; nil for a new key.
    ///
    /// - Throws: `keyReused` where the key was used with another body.
    func earlier(_ key: RequestKey) throws(SandboxRefusal) -> Value? {
        guard let found = values[key.text] else { return nil }
        guard found.fingerprint == key.fingerprint else { throw .keyReused }
        return found.value
    }

    /// Stores the result of a key.
    mutating func note(_ key: RequestKey, _ value: Value) {
        values[key.text] = (key.fingerprint, value)
    }
}
