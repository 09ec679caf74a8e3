import Bytes
import JSON
import Synchronization

/// What a sandbox did, as a line of its journal.
protocol JournalEntry: Sendable {
    init(_ json: inout JSONReader) throws(JSONError)
    func write(to json: inout JSONWriter)
}

/// What a sandbox knows: the sum of its entries.
protocol SandboxBook: Sendable {
    associatedtype Entry: JournalEntry
    init()
    /// Takes in what was done; decisions were made before.
    mutating func apply(_ entry: Entry)
}

/// A book that many requests use at once and that survives the process.
///
/// A decision and its entry are one step under a lock, so the journal has the order of the decisions. Nobody is answered, not even a
/// reader, before everything that the answer rests on is on the disk.
final class Desk<Book: SandboxBook>: Sendable {
    private let book: Mutex<Book>
    private let journal: Journal

    /// Opens the journal and makes the book from it.
    init(journal path: String) throws(JournalFailure) {
        var book = Book()
        journal = try Journal(path) { text throws(JournalFailure) in
            do throws(JSONError) {
                var json = JSONReader(Array(text))
                book.apply(try Book.Entry(&json))
            } catch {
                throw JournalFailure(description: "\(path) holds what this build cannot read: \(error)")
            }
        }
        self.book = Mutex(book)
    }

    /// Decides on the book; the entry, where there is one, is applied and kept.
    func decide<Value: Sendable>(
        _ decision: (borrowing Book) throws(SandboxRefusal) -> (Value, Book.Entry?)
    ) async throws(SandboxRefusal) -> Value {
        let result = book.withLock { book -> Result<Value, SandboxRefusal> in
            do throws(SandboxRefusal) {
                let (value, entry) = try decision(book)
                if let entry {
                    book.apply(entry)
                    var json = JSONWriter()
                    entry.write(to: &json)
                    journal.append(json.bytes)
                }
                return .success(value)
            } catch {
                return .failure(error)
            }
        }
        do throws(JournalFailure) {
            try await journal.settled()
        } catch {
            throw .broken(error.description)
        }
        return try result.get()
    }

    /// Reads the book.
    func read<Value: Sendable>(_ body: (borrowing Book) -> Value) async throws(SandboxRefusal) -> Value {
        try await decide { book throws(SandboxRefusal) in (body(book), nil) }
    }

    /// Looks at the book without waiting for the disk: for what is told to nobody.
    func peek<Value: Sendable>(_ body: (borrowing Book) -> Value) -> Value {
        book.withLock { body($0) }
    }

    /// Ends the journal.
    func close() {
        journal.close()
    }
}

/// What requests with a key did, so that the same key has one effect.
struct KeyTable<Value: Sendable>: Sendable {
    private var values: [String: (fingerprint: UInt64, value: Value)] = [:]

    /// What the key's first request did; nil for a new key.
    func earlier(_ key: RequestKey) throws(SandboxRefusal) -> Value? {
        guard let found = values[key.text] else { return nil }
        guard found.fingerprint == key.fingerprint else { throw .keyReused }
        return found.value
    }

    /// Remembers what a key did.
    mutating func note(_ key: RequestKey, _ value: Value) {
        values[key.text] = (key.fingerprint, value)
    }
}

/// A request's key, and what tells its body from another's.
struct RequestKey: Hashable, Sendable {
    let text: String
    let fingerprint: UInt64

    /// A key as the journal has it.
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
