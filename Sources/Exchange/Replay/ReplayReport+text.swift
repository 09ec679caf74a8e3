import ForeignFiles

extension ReplayReport {
    /// Exceptions and refusals shown in full; further ones are only counted, JSON has all of them.
    private static var listedMax: Int { 100 }

    /// The reconciliation as plain text.
    package var text: String {
        var parts = ["source \(digest): \(grouped(sourceRows)) rows, money in \(currency)", ""]
        parts += table("category", categories + [total])
        parts.append("")
        parts += table("country", countries + [total])
        parts.append("")
        parts += settlementLines
        parts += exceptionLines
        parts += refusalLines
        parts += verificationLines
        parts.append(timing)
        parts.append(verdict)
        return parts.joined(separator: "\n") + "\n"
    }

    private var verdict: String {
        let net = ExactDecimal.format(total.money.source, grouped: true)
        if isReconciled {
            return "RECONCILED: \(grouped(sourceRows)) rows accounted for, net \(net) \(currency), no difference"
                + trifles
        }
        let difference = ExactDecimal.format(total.money.server - total.money.source, grouped: true)
        if unreadableRows > 0 {
            return
                "NOT RECONCILED: \(grouped(unreadableRows)) of \(grouped(sourceRows)) rows could not be read, and what could not "
                + "be read is in no sum"
        }
        if sourceRows == exceptions.count {
            return "NOT RECONCILED: none of \(grouped(sourceRows)) rows could be replayed"
        }
        let lacking = exceptions.count - trifleRows
        let untaken = lacking > 0 ? "\(grouped(lacking)) rows are not on the server (exceptions), " : ""
        return "NOT RECONCILED: \(untaken)\(grouped(unaccountedRows)) rows unaccounted for, net \(net) \(currency), "
            + "difference \(difference)"
    }

    /// The rows that no server can hold exactly.
    private var trifles: String {
        guard trifleRows > 0 else { return "" }
        let sum = ExactDecimal.format(total.trifles.money, grouped: true)
        return " but \(grouped(trifleRows)) rows worth less than 0.01 each, \(sum) in all"
    }

    private var timing: String {
        let seconds = max(driving / .seconds(1), 0.001)
        let rate = grouped(Int(Double(requests) / seconds))
        return "read and planned in \(span(planning)), \(grouped(requests)) requests in \(span(driving)) (\(rate)/s, "
            + "\(grouped(replayed)) answered from memory), read back in \(span(verifying))"
    }

    private var settlementLines: [String] {
        guard !settlement.isEmpty else { return [] }
        let header = ["sales", "orders", "orders (server)", "money", "money (server)", "difference"]
        let cells = settlement.map { line in
            [
                line.name, grouped(line.orders.source), grouped(line.orders.server),
                ExactDecimal.format(line.money.source, grouped: true),
                ExactDecimal.format(line.money.server, grouped: true),
                ExactDecimal.format(line.money.server - line.money.source, grouped: true),
            ]
        }
        return aligned([header] + cells) + [""] + books.map(balance)
    }

    private func balance(_ books: (currency: String, debits: Int128, credits: Int128)) -> String {
        let debits = ExactDecimal.format(books.debits, grouped: true)
        let credits = ExactDecimal.format(books.credits, grouped: true)
        let verdict = books.debits == books.credits ? "balanced" : "NOT BALANCED"
        return "books in \(books.currency): debits \(debits), credits \(credits), \(verdict)"
    }

    private var exceptionLines: [String] {
        if exceptions.isEmpty { return ["exceptions: none"] }
        let listed = exceptions.prefix(Self.listedMax).map { exception in
            let amount = ExactDecimal.format(exception.amount, grouped: true)
            let name = [exception.invoice, exception.code].filter { !$0.isEmpty }.joined(separator: " ")
            return "  line \(exception.line): \(name) ×\(exception.quantity), \(amount): \(exception.reason)"
        }
        let sum = exceptions.reduce(Int128(0)) { $0 + $1.amount }
        let head = "exceptions: \(grouped(exceptions.count)) rows, \(ExactDecimal.format(sum, grouped: true))"
        return [head] + listed + rest(exceptions.count)
    }

    private var refusalLines: [String] {
        if refusals.isEmpty { return [] }
        let listed = refusals.prefix(Self.listedMax).map { refusal in
            (refusal.line > 0 ? "  line \(refusal.line): " : "  ") + "\(refusal.subject): \(refusal.reason)"
        }
        return ["refused by the server: \(grouped(refusals.count))"] + listed + rest(refusals.count)
    }

    private var verificationLines: [String] {
        guard let holdingDifferences else { return ["read back: no"] }
        if holdingDifferences.isEmpty { return ["read back: the server holds exactly this"] }
        return ["read back: DIFFERENT"] + holdingDifferences.map { "  \($0)" }
    }

    private func rest(_ count: Int) -> [String] {
        count > Self.listedMax ? ["  and \(grouped(count - Self.listedMax)) more"] : []
    }

    private func table(_ title: String, _ lines: [Line]) -> [String] {
        let header = [
            title, "orders", "rows", "rows (server)", "units", "units (server)", "money", "money (server)",
            "difference",
        ]
        let cells = lines.map { line in
            [
                line.name, grouped(line.orders.source), grouped(line.rows.source), grouped(line.rows.server),
                grouped(line.units.source), grouped(line.units.server),
                ExactDecimal.format(line.money.source, grouped: true),
                ExactDecimal.format(line.money.server, grouped: true),
                ExactDecimal.format(line.money.server - line.money.source, grouped: true),
            ]
        }
        return aligned([header] + cells)
    }

    /// Rows of cells in columns, the first aligned left and the others right.
    private func aligned(_ rows: [[String]]) -> [String] {
        let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            row.indices.map { column in
                let padding = String(repeating: " ", count: widths[column] - row[column].count)
                return column == 0 ? row[column] + padding : padding + row[column]
            }.joined(separator: "  ")
        }
    }

    private func grouped(_ number: some BinaryInteger) -> String {
        ExactDecimal.group(String(number))
    }

    private func span(_ duration: Duration) -> String {
        let hundredths = Int((duration / .milliseconds(10)).rounded())
        let fraction = hundredths % 100
        return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction) s"
    }
}
