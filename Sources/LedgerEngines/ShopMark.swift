// A data directory belongs to one shop. Where the ledger is a file in it, that is so by itself; where it is a database, a wrong address would lead a
// machine to another shop, or to an empty database that would then become one. So the directory is bound to the first shop that it served.
// A shop is known by a digest of its secret, which goes with the ledger into a backup, a restored shop and another engine.

import Bytes
import Crypto
import Foundation
import Ledger

/// The file that says to which shop a data directory belongs.
struct ShopMark: Sendable {
    /// The file.
    let path: String
    /// The file that is the ledger of a shop without a database.
    private let database: String

    /// The mark beside a database file, whether either is there or not.
    init(of database: String) {
        path = database + "-shop"
        self.database = database
    }

    /// What a shop is known by, in hexadecimal digits; it tells nothing of the secret.
    static func name(ofShopWith secret: [UInt8]) -> String {
        var hash = SHA256()
        hash.update(data: Array("tradewind shop\n".utf8))
        hash.update(data: secret)
        return Hex.text(hash.finalize().prefix(16))
    }

    /// Refuses a database with another shop than the directory's.
    ///
    /// - Parameters:
    ///   - secret: that of the database's shop; nil where there is none yet.
    ///   - file: reads the secret of the shop whose ledger is a file in the directory; nil where there is none.
    /// - Throws: a failure that says how to go on.
    func check(_ secret: [UInt8]?, file: () throws(LedgerFailure) -> [UInt8]?) throws(LedgerFailure) {
        let found = secret.map(Self.name)
        let holds = found.map { "the database holds the shop \($0)" } ?? "the database holds no shop yet"
        if let own = try read() {
            guard own != found else { return }
            throw Self.refusal(
                """
                \(holds), but the data directory belongs to the shop \(own); look at postgres.url and --data. If this is meant, remove \
                \(path)
                """
            )
        }
        guard let inFile = try file(), Self.name(ofShopWith: inFile) != found else { return }
        throw Self.refusal(
            """
            \(holds), but the data directory has another one in a file, \(database); look at postgres.url and --data, or give the \
            database a data directory of its own
            """
        )
    }

    /// Binds the directory to a shop, unless it is bound.
    ///
    /// - Throws: a failure where the mark cannot be written; it may be tried again.
    func bind(toShopWith secret: [UInt8]) throws(LedgerFailure) {
        guard try read() == nil else { return }
        do {
            try Data((Self.name(ofShopWith: secret) + "\n").utf8).write(
                to: URL(fileURLWithPath: path),
                options: .atomic
            )
        } catch {
            throw LedgerFailure(
                .io,
                phase: .begin,
                retry: .safe,
                detail:
                    "\(path), which says to which shop the data directory belongs, cannot be written: \(error.localizedDescription)"
            )
        }
    }

    /// The shop to which the directory belongs; nil where it belongs to none yet.
    private func read() throws(LedgerFailure) -> String? {
        guard access(path, F_OK) == 0 || errno != ENOENT else { return nil }
        let text = FileManager.default.contents(atPath: path).map { String(decoding: $0.prefix(64), as: UTF8.self) }
        guard let name = text?.trimmingCharacters(in: .whitespacesAndNewlines),
            name.wholeMatch(of: /[0-9a-f]{32}/) != nil
        else {
            throw Self.refusal(
                "\(path), which says to which shop the data directory belongs, cannot be read; where that is known, remove it"
            )
        }
        return name
    }

    private static func refusal(_ detail: String) -> LedgerFailure {
        LedgerFailure(.unsuitable, phase: .begin, retry: .never, detail: detail)
    }
}
