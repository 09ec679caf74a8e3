// The shop's books for people: the trial balance, and the entries of one order.

import Foundation
import JSON
import Ledger
import LedgerEngines
import Trading

/// One line of the trial balance.
package struct BooksLine: Hashable, Sendable {
    /// The account.
    package let account: Account
    /// The balance: a debit is positive, a credit negative.
    package let balance: Money
}

/// The trial balance, or the entries of an order.
package struct BooksReport: Sendable {
    /// The balance of each account, in the order of a balance sheet.
    package let lines: [BooksLine]
    /// The entries of the requested order; empty without one.
    package let entries: [JournalRow]
    /// The requested order.
    package let order: ID<Order>?

    /// Whether debits and credits are equal in every currency.
    package var isBalanced: Bool { sums.values.allSatisfy { $0 == 0 } }

    private var sums: [Currency: Int128] {
        lines.reduce(into: [:]) { $0[$1.balance.currency, default: 0] += Int128($1.balance.amount) }
    }

    /// Reads the books of a ledger, without writing to it; also while a shop is running.
    ///
    /// - Throws: `LedgerFailure` where the ledger cannot be read.
    package static func read(
        _ ledger: LedgerLocation,
        order: ID<Order>? = nil
    ) async throws(LedgerFailure) -> BooksReport {
        let engine = try ledger.inspect()
        do throws(LedgerFailure) {
            let report = try await read(engine, order: order)
            await engine.close()
            return report
        } catch {
            await engine.close()
            throw error
        }
    }

    /// Reads the books of any engine.
    ///
    /// Cost: one read transaction; every balance, and at most 10,000 journal entries of an order.
    ///
    /// - Throws: ``LedgerFailure``; it may be tried again.
    package static func read(
        _ engine: any LedgerEngine,
        order: ID<Order>? = nil
    ) async throws(LedgerFailure) -> BooksReport {
        try await engine.read { (view) throws(LedgerFailure) in
            let balances = try view.rows(RowQuery<BalanceRow>(limit: 100_000))
            var entries: [JournalRow] = []
            if let order {
                let condition = Condition("order_id", .equal, .bits(order.bits))
                entries = try view.rows(RowQuery<JournalRow>([condition], limit: 10_000))
            }
            return BooksReport(
                lines: balances.map { BooksLine(account: $0.key.account, balance: Money($0.amount, $0.key.currency)) },
                entries: entries,
                order: order
            )
        }
    }

    /// The report as plain text.
    package var text: String {
        order == nil ? trialBalance : entryList
    }

    private var trialBalance: String {
        guard !lines.isEmpty else { return "nothing was posted yet\n" }
        var text = ""
        for currency in Set(lines.map(\.balance.currency)).sorted(by: { $0.code < $1.code }) {
            let shown = lines.filter { $0.balance.currency == currency && !$0.balance.isZero }
            let debits = lines.reduce(Int128(0)) { sum, line in
                line.balance.currency == currency ? sum + Int128(max(line.balance.amount, 0)) : sum
            }
            let credits = debits - (sums[currency] ?? 0)
            let totals = [debits, credits].map { Self.number($0.magnitude, currency) }
            // No sum of one side is longer than the total.
            let width = Self.width(totals)
            let names = max(22, (shown.map(\.account.name.count).max() ?? 0) + 1)
            text += currency.code.padding(toLength: names, withPad: " ", startingAt: 0)
            text += "\(Self.pad("debit", width))\(Self.pad("credit", width))\n"
            text += shown.map { Self.line($0.account.name, names, $0.balance, width) }.joined()
            text += "total".padding(toLength: names, withPad: " ", startingAt: 0)
            text += totals.map { Self.pad($0, width) }.joined() + "\n"
        }
        return text + (isBalanced ? "balanced\n" : "NOT balanced\n")
    }

    private var entryList: String {
        guard !entries.isEmpty else { return "no entries\n" }
        return entries.map { row in
            let width = Self.width(
                row.entry.postings.map { Self.number(UInt128($0.amount.amount.magnitude), $0.amount.currency) }
            )
            let names = max(22, (row.entry.postings.map(\.account.name.count).max() ?? 0) + 3)
            let note = row.entry.note.map { "  (\($0))" } ?? ""
            return "\(row.key)  \(row.at)  \(row.entry.kind.name)\(note)\n"
                + row.entry.postings.map { Self.line("  \($0.account.name)", names, $0.amount, width) }.joined()
        }.joined()
    }

    /// A name with an amount in the column of debits or of credits.
    private static func line(_ name: String, _ names: Int, _ amount: Money, _ width: Int) -> String {
        let size = number(UInt128(amount.amount.magnitude), amount.currency)
        let place = amount.isNegative ? 2 * width : width
        return name.padding(toLength: names, withPad: " ", startingAt: 0) + pad(size, place) + "\n"
    }

    /// The width of a column of amounts, with the blanks before it.
    private static func width(_ amounts: [String]) -> Int { max(18, (amounts.map(\.count).max() ?? 0) + 2) }

    /// An amount in major units, without its currency.
    private static func number(_ size: UInt128, _ currency: Currency) -> String {
        let digits = pad(String(size), currency.exponent + 1).replacing(" ", with: "0")
        guard currency.exponent > 0 else { return digits }
        return "\(digits.dropLast(currency.exponent)).\(digits.suffix(currency.exponent))"
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }

    /// The report as one JSON object.
    package var json: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("balanced", isBalanced)
            json.key("balances")
            json.array { json in
                for line in lines {
                    json.object { json in
                        json.member("account", line.account.name)
                        json.member("balance", line.balance)
                    }
                }
            }
            if order != nil {
                json.key("entries")
                json.array { json in for row in entries { row.write(to: &json) } }
            }
        }
        return json.bytes
    }
}
