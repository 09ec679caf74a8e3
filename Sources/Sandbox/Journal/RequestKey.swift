import Bytes

/// A request's key, and a fingerprint of its body.
struct RequestKey: Hashable, Sendable {
    let text: String
    let fingerprint: UInt64

    /// A key from the journal.
    init(text: String, fingerprint: UInt64) {
        self.text = text
        self.fingerprint = fingerprint
    }

    /// The key of a request to `path` with this body.
    init(_ text: String, path: String, body: [UInt8]) {
        self.text = text
        fingerprint = FNV1a(Array(path.utf8) + [0] + body).value
    }
}
