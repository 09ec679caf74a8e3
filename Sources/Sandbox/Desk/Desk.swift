import JSON
import Synchronization

/// An action of a sandbox, as a line of its journal.
protocol SandboxEntry: Sendable {
    init(_ json: inout JSONReader) throws(JSONError)
    func write(to json: inout JSONWriter)
}

/// The state of a sandbox: the sum of its journal entries.
protocol SandboxBook: Sendable {
    associatedtype Entry: SandboxEntry
    init()
    /// Applies an entry; it was decided before and cannot fail.
    mutating func apply(_ entry: Entry)
}

/// A book that many requests use at once and that survives the process.
///
/// Thread-safe.
///
/// A decision and its entry are made under one lock, so the journal has the order of the decisions. No request is answered, not
/// even a read, before everything that the answer depends on is on the disk.
final class Desk<Book: SandboxBook>: Sendable {
    private let book: Mutex<Book>
    private let journal: Journal

    /// Opens the journal and builds the book from it.
    ///
    /// - Throws: ``JournalFailure`` where the journal is damaged or unreadable.
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

    /// Makes a decision on the book; its entry, if any, is applied and written.
    ///
    /// Waits for one sync of the disk at most.
    ///
    /// - Throws: the decision's refusal, or `broken` where the journal cannot be written; whether the entry is on disk is unknown
    ///   then.
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
    ///
    /// Waits for a sync of the disk, if one is under way.
    func read<Value: Sendable>(_ body: (borrowing Book) -> Value) async throws(SandboxRefusal) -> Value {
        try await decide { book throws(SandboxRefusal) in (body(book), nil) }
    }

    /// Reads the book without waiting for the disk; for values that are not sent to a client.
    func peek<Value: Sendable>(_ body: (borrowing Book) -> Value) -> Value {
        book.withLock { body($0) }
    }

    /// Closes the journal.
    func close() {
        journal.close()
    }
}
