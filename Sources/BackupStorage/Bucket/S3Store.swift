// A bucket keeps pieces as objects. An object is stored on the condition that there is none of its name, which Amazon's store and most others
// know since 2024. A store that takes the condition and does not know it would overwrite silently, so the store is tried once, before the
// first piece: the marker is stored on that condition where it stands already, which has to fail. Where it does not, every piece is looked
// for before it is stored; then two writers of one name at the same moment are not told apart, which no part of a backup relies on.

import Foundation
import Synchronization

/// Pieces in a bucket of an S3-compatible store, under a prefix.
///
/// Thread-safe.
package final class S3Store: ObjectStore {
    /// The most pieces of a list.
    static let piecesMax = 10_000_000

    private let client: S3Client
    private let prefix: String
    /// Whether the store knows the condition; nil where that is not known yet.
    private let knowsCondition = Mutex<Bool?>(nil)

    /// A store in a bucket.
    ///
    /// - Parameter prefix: the name of a folder, without a slash at its end; empty for the whole bucket.
    /// - Throws: `denied` where the access cannot be one.
    package convenience init(bucket: String, prefix: String, _ access: S3Access) throws(StorageFailure) {
        try self.init(bucket: bucket, prefix: prefix, access, limits: S3Client.Limits())
    }

    init(bucket: String, prefix: String, _ access: S3Access, limits: S3Client.Limits) throws(StorageFailure) {
        client = S3Client(try S3Address(bucket: bucket, access), try access.signature, limits: limits)
        self.prefix = prefix.isEmpty ? "" : prefix + "/"
    }

    /// Closes all connections.
    package func close() async { await client.close() }

    /// Makes a prefix a store, and finds out that pieces can be read and stored there.
    package func prepare() async throws(StorageFailure) {
        let marker = try await client.send(S3Request(method: .GET, object: prefix + StoreMarker.name))
        if !marker.isDone {
            guard marker.status == 404, marker.code == "NoSuchKey" else {
                throw marker.failure(StoreMarker.name, client.address.bucket)
            }
            if let other = try await list("").first {
                throw .denied(StoreMarker.refusal(client.address.bucket + "/" + prefix, other.name))
            }
        }
        try await tryCondition()
    }

    package func probe() async throws(StorageFailure) {
        let answer = try await client.sendOnce(S3Request(method: .GET, object: prefix + StoreMarker.name))
        guard answer.isDone else { throw answer.failure(StoreMarker.name, client.address.bucket) }
    }

    package func put(_ name: String, _ bytes: [UInt8]) async throws(StorageFailure) {
        try PieceName.check(name)
        let isSafe = if let known = knowsCondition.withLock({ $0 }) { known } else { try await tryCondition() }
        if !isSafe, try await stands(name, bytes) { return }
        let answer = try await store(name, bytes, onCondition: isSafe)
        if answer.isDone { return }
        // An attempt whose answer was lost may have stored it.
        if isSafe && answer.status == 412 {
            guard try await stands(name, bytes) else { throw .away("\(name) came and went") }
            return
        }
        throw answer.failure(name, client.address.bucket)
    }

    package func get(_ name: String) async throws(StorageFailure) -> [UInt8] {
        try PieceName.check(name)
        let answer = try await client.send(
            S3Request(method: .GET, object: prefix + name, answerBytesMax: Sealing.sealedBytesMax)
        )
        guard answer.status == 200 else { throw answer.failure(name, client.address.bucket) }
        return answer.body
    }

    package func list(_ prefix: String) async throws(StorageFailure) -> [StoredObject] {
        var found: [StoredObject] = []
        var token: String?
        while true {
            var query = [
                (name: "list-type", value: "2"), (name: "prefix", value: self.prefix + prefix),
                (name: "encoding-type", value: "url"), (name: "max-keys", value: "\(client.limits.pageObjects)"),
            ]
            if let token { query.append((name: "continuation-token", value: token)) }
            let answer = try await client.send(S3Request(method: .GET, query: query))
            guard answer.status == 200 else { throw answer.failure(prefix, client.address.bucket) }
            guard let page = S3Page(answer.body), page.next == nil || page.next != token else {
                throw .away("\(client.address.bucket): the list of pieces is not as agreed")
            }
            for object in page.objects {
                guard object.name.hasPrefix(self.prefix) else { continue }
                let name = String(object.name.dropFirst(self.prefix.count))
                guard PieceName.isName(name), name != StoreMarker.name, name.hasPrefix(prefix) else { continue }
                found.append(StoredObject(name: name, size: object.size))
            }
            guard found.count <= Self.piecesMax else { throw .away("\(client.address.bucket) has too many pieces") }
            token = page.next
            if token == nil { return found.sorted { $0.name < $1.name } }
        }
    }

    package func remove(_ name: String) async throws(StorageFailure) {
        try PieceName.check(name)
        let answer = try await client.send(S3Request(method: .DELETE, object: prefix + name))
        guard answer.isDone || (answer.status == 404 && answer.code == "NoSuchKey") else {
            throw answer.failure(name, client.address.bucket)
        }
    }

    /// Whether these bytes stand under a name already.
    ///
    /// - Throws: `taken` where others do.
    private func stands(_ name: String, _ bytes: [UInt8]) async throws(StorageFailure) -> Bool {
        do throws(StorageFailure) {
            guard try await get(name) == bytes else { throw .taken(name) }
            return true
        } catch {
            if case .missing = error { return false }
            throw error
        }
    }

    private func store(
        _ name: String,
        _ bytes: [UInt8],
        onCondition: Bool
    ) async throws(StorageFailure) -> S3Answer {
        try await client.send(
            S3Request(
                method: .PUT,
                object: prefix + name,
                headers: [("content-type", "application/octet-stream")] + (onCondition ? [("if-none-match", "*")] : []),
                body: bytes
            )
        )
    }

    /// Stores the marker where it is missing, and finds out whether the store knows the condition.
    @discardableResult
    private func tryCondition() async throws(StorageFailure) -> Bool {
        for _ in 0..<2 {
            let answer = try await store(StoreMarker.name, StoreMarker.bytes, onCondition: true)
            // It stands already after the first time.
            if answer.isDone { continue }
            if answer.status == 412 { return remember(true) }
            guard answer.status == 501 || answer.code == "NotImplemented" || answer.code == "InvalidArgument" else {
                throw answer.failure(StoreMarker.name, client.address.bucket)
            }
            let plain = try await store(StoreMarker.name, StoreMarker.bytes, onCondition: false)
            guard plain.isDone else { throw plain.failure(StoreMarker.name, client.address.bucket) }
            break
        }
        return remember(false)
    }

    private func remember(_ known: Bool) -> Bool {
        knowsCondition.withLock { $0 = known }
        return known
    }
}

/// One page of a list.
struct S3Page {
    /// The objects.
    let objects: [StoredObject]
    /// How to ask for the next page; nil on the last one.
    let next: String?

    /// Reads a page; nil where a part is missing or makes no sense.
    init?(_ body: [UInt8]) {
        guard let root = PlainXML(document: body), root.name == "ListBucketResult",
            let isTruncated = root.text(of: "IsTruncated"), ["true", "false"].contains(isTruncated)
        else { return nil }
        let isEncoded = root.text(of: "EncodingType") == "url"
        var objects: [StoredObject] = []
        for element in root.elements where element.name == "Contents" {
            guard let key = element.text(of: "Key"), let size = element.text(of: "Size").flatMap({ Int64($0) }),
                size >= 0,
                let name = isEncoded ? key.removingPercentEncoding : key
            else { return nil }
            objects.append(StoredObject(name: name, size: size))
        }
        next = isTruncated == "true" ? root.text(of: "NextContinuationToken") : nil
        guard isTruncated == "false" || next?.isEmpty == false else { return nil }
        self.objects = objects
    }
}
