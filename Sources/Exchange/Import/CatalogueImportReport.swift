import Client
import ForeignFiles
import JSON

/// The result of an import.
package struct CatalogueImportReport: Sendable {
    /// Rows of the file with content, without the header.
    package var rows: Int
    /// Rows that created a product.
    package var created = 0
    /// Rows that changed a product.
    package var updated = 0
    /// Rows whose product was already equal.
    package var unchanged = 0
    /// Products that received their opening stock.
    package var stocked: Int { opening.given }
    var opening = OpeningTally()
    /// Rows whose price named no currency, and the assumed currency.
    package var assumed: (rows: Int, currency: String)
    /// Rows that were not imported.
    package var rejected: RejectedRows
    /// How long it took.
    package var elapsed = Duration.zero

    /// Rows whose result is neither in the server's answers nor in the list of rejected rows.
    package var unaccounted: Int { max(0, rows - created - updated - unchanged - rejected.count) }

    /// The exit code of a process: 0 when there were rows and every one was imported, with its opening stock, else 1.
    package var exitCode: Int32 { rows > 0 && rejected.count == 0 && unaccounted == 0 && opening.refused == 0 ? 0 : 1 }

    init(rows: Int, rejected: RejectedRows, assumed: (rows: Int, currency: String) = (0, "")) {
        self.rows = rows
        self.rejected = rejected
        self.assumed = assumed
    }

    mutating func add(_ answer: ImportAnswer, to chunk: [CatalogueLine]) {
        created += answer.created
        updated += answer.updated
        unchanged += answer.unchanged
        for rejection in answer.rejected {
            let line = chunk[max(0, min(chunk.count, rejection.line) - 1)]
            let place = rejection.pointer.isEmpty ? "" : "\(rejection.pointer) "
            // The server's text begins with the place, which is already shown.
            let detail =
                rejection.detail.hasPrefix("\(rejection.pointer): ")
                ? String(rejection.detail.dropFirst(rejection.pointer.count + 2)) : rejection.detail
            rejected.add(
                CatalogueRejection(line: line.line, sku: line.sku, reason: place + detail, kind: place + detail)
            )
        }
    }

    /// The report as plain text: a line for each of the first bad rows, bad rows by reason, then the counts.
    package var text: String {
        var lines = rejected.kept.prefix(100).map { rejection in
            "line \(rejection.line): " + (rejection.sku.isEmpty ? "" : "\(rejection.sku): ") + rejection.reason
        }
        if rejected.count > 100 { lines.append("and \(ExactDecimal.group(String(rejected.count - 100))) rows more") }
        if rejected.count > 1 { lines += rejected.reasons.map { "\($0.rows) rejected: \($0.kind)" } }
        lines += opening.refusals.map { "\($0.sku): no opening stock: \($0.reason)" }
        if unaccounted > 0 {
            lines.append("\(unaccounted) rows are unaccounted for: the server did not say what became of them")
        }
        if assumed.rows > 0 {
            lines.append("\(assumed.rows) prices named no currency and were taken as \(assumed.currency) (--currency)")
        }
        var counts = "\(rows) rows: \(created) created, \(updated) updated, \(unchanged) unchanged, "
        counts += "\(rejected.count) rejected"
        if stocked > 0 { counts += "; \(stocked) given opening stock" }
        if opening.untracked > 0 {
            counts += "; \(opening.untracked) left out of it, since no stock is kept of them (tracked: no)"
        }
        if opening.refused > 0 { counts += "; \(opening.refused) refused it" }
        lines.append(counts)
        return lines.joined(separator: "\n") + "\n"
    }

    /// The report as one JSON object; of many rejected rows the first ``RejectedRows/keptMax``.
    package var json: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("rows", rows)
        writer.member("created", created)
        writer.member("updated", updated)
        writer.member("unchanged", unchanged)
        writer.member("stocked", stocked)
        writer.member("untracked", opening.untracked)
        writer.member("stockRefused", opening.refused)
        writer.member("unaccounted", unaccounted)
        writer.member("pricesWithoutCurrency", assumed.rows)
        writer.member("milliseconds", Int(elapsed / .milliseconds(1)))
        writer.member("rejectedRows", rejected.count)
        writer.key("reasons")
        writer.beginArray()
        for reason in rejected.reasons {
            writer.beginObject()
            writer.member("reason", reason.kind)
            writer.member("rows", reason.rows)
            writer.endObject()
        }
        writer.endArray()
        writer.key("rejected")
        writer.beginArray()
        for rejection in rejected.kept {
            writer.beginObject()
            writer.member("line", rejection.line)
            writer.member("sku", rejection.sku)
            writer.member("reason", rejection.reason)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }
}
