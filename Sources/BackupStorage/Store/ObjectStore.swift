/// Keeps named pieces that never change: a directory, or a bucket.
///
/// A name consists of parts with `/` between them; each part of letters, digits, `.`, `_` and `-`.
package protocol ObjectStore: Sendable {
    /// Makes a new place ready to keep pieces; has no effect on one that is ready.
    ///
    /// For the first use of a place only: done at every start, it would make a store of the empty directory beneath a missing mount.
    ///
    /// - Throws: ``StorageFailure``; `denied` where the place has other things.
    func prepare() async throws(StorageFailure)
    /// Looks whether the place is there: at its marker only, and once.
    ///
    /// Does not say whether it has space left.
    ///
    /// - Throws: ``StorageFailure``; `missing` where the marker is gone from a bucket.
    func probe() async throws(StorageFailure)
    /// Stores a piece under a new name: completely, or not at all.
    ///
    /// Succeeds without an effect where the same bytes stand under the name already.
    ///
    /// - Throws: ``StorageFailure``.
    func put(_ name: String, _ bytes: [UInt8]) async throws(StorageFailure)
    /// The bytes under a name.
    ///
    /// - Throws: ``StorageFailure``; `missing` where there is no such name.
    func get(_ name: String) async throws(StorageFailure) -> [UInt8]
    /// All pieces whose names begin with a prefix, by name.
    ///
    /// - Throws: ``StorageFailure``; a partial list is a failure.
    func list(_ prefix: String) async throws(StorageFailure) -> [StoredObject]
    /// Removes a piece; has no effect where there is none.
    ///
    /// - Throws: ``StorageFailure``.
    func remove(_ name: String) async throws(StorageFailure)
}

/// A piece in a store.
package struct StoredObject: Hashable, Sendable {
    /// Its name.
    package let name: String
    /// Its size, in bytes.
    package let size: Int64

    /// A piece.
    package init(name: String, size: Int64) {
        self.name = name
        self.size = size
    }
}

/// Why a store did not do what it was asked.
package enum StorageFailure: Error, Hashable, Sendable {
    /// There is no piece of this name.
    case missing(String)
    /// Other bytes stand under this name.
    case taken(String)
    /// The piece is not what was stored: changed, cut, renamed, or sealed with a key that is not known; with the reason.
    case damaged(String, reason: String)
    /// The store has no space left.
    case full(String)
    /// The store does not accept the credentials, or the process has no right to write there.
    case denied(String)
    /// The store did not answer, or not as agreed; the same may succeed later.
    case away(String)
}

extension StorageFailure: CustomStringConvertible {
    /// What happened, for the log and the operator.
    package var description: String {
        switch self {
        case .missing(let name): "there is no piece \(name)"
        case .taken(let name): "something else stands under the name \(name)"
        case .damaged(let name, let reason): "\(name) is damaged: \(reason)"
        case .full(let words): "there is no space left: \(words)"
        case .denied(let words), .away(let words): words
        }
    }
}
