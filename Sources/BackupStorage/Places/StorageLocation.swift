import PlainText

/// Where pieces are kept.
package enum StorageLocation: Hashable, Sendable, CustomStringConvertible {
    /// A directory, by its path.
    case directory(String)
    /// A bucket of an S3-compatible store, and the folder in it; empty for the whole bucket.
    case bucket(String, prefix: String)

    /// Reads `s3://BUCKET`, `s3://BUCKET/PREFIX`, or the path of a directory, absolute or relative.
    ///
    /// - Throws: `denied`, with what is wrong.
    package static func parse(_ text: String) throws(StorageFailure) -> StorageLocation {
        guard let scheme = text.firstRange(of: "://") else {
            guard !text.isEmpty, TextRule.line.offender(in: text) == nil else {
                throw .denied("it is not the path of a directory")
            }
            return .directory(text)
        }
        guard text[..<scheme.lowerBound] == "s3" else {
            throw .denied("it is neither the path of a directory nor s3://BUCKET/PREFIX")
        }
        let parts = text[scheme.upperBound...].split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let bucket = String(parts[0])
        guard isBucket(bucket) else { throw .denied("\(bucket.forTerminal) cannot be the name of a bucket") }
        var prefix = parts.count == 2 ? String(parts[1]) : ""
        if prefix.hasSuffix("/") { prefix.removeLast() }
        guard prefix.isEmpty || (prefix.utf8.count <= 200 && PieceName.isName(prefix)) else {
            throw .denied(
                "the prefix has to be parts of letters, digits, dots, hyphens and underscores with / between them"
            )
        }
        return .bucket(bucket, prefix: prefix)
    }

    /// Opens the store, without touching it.
    ///
    /// - Throws: `denied` where the access is not one to a bucket.
    package func open(_ access: S3Access) throws(StorageFailure) -> OpenStorage {
        switch self {
        case .directory(let path): OpenStorage(store: DirectoryStore(root: path), bucket: nil)
        case .bucket(let bucket, let prefix):
            try OpenStorage(bucket: S3Store(bucket: bucket, prefix: prefix, access))
        }
    }

    /// As it is read.
    package var description: String {
        switch self {
        case .directory(let path): path
        case .bucket(let bucket, let prefix): "s3://\(bucket)" + (prefix.isEmpty ? "" : "/\(prefix)")
        }
    }

    /// The names that Amazon allows, which others allow too.
    private static func isBucket(_ text: String) -> Bool {
        (3...63).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
                default: ".-".utf8.contains(byte)
                }
            } && !text.contains("..") && [text.first, text.last].allSatisfy { $0 != "." && $0 != "-" }
    }
}

/// An open store with its connections.
package struct OpenStorage: Sendable {
    /// The store.
    package let store: any ObjectStore
    private let bucket: S3Store?

    fileprivate init(store: any ObjectStore, bucket: S3Store?) {
        self.store = store
        self.bucket = bucket
    }

    fileprivate init(bucket: S3Store) {
        self.init(store: bucket, bucket: bucket)
    }

    /// Closes the connections; the store is not used afterwards.
    package func close() async { await bucket?.close() }
}
