import Foundation
import Synchronization

/// A product's stock, from the API.
final class DrillLevel: Sendable {
    private struct Document: Decodable {
        let reserved: Int
        let available: Int
    }

    private let level = Mutex((reserved: -1, available: -1))

    /// Units reserved by orders; -1 where it was never read.
    var reserved: Int { level.withLock { $0.reserved } }
    /// Available units; -1 where it was never read.
    var available: Int { level.withLock { $0.available } }

    /// Reads an answer's body.
    func read(_ body: [UInt8]) {
        guard let document = try? JSONDecoder().decode(Document.self, from: Data(body)) else { return }
        level.withLock { $0 = (document.reserved, document.available) }
    }
}
