import ForeignFiles
import JSON

extension ReplayReport {
    /// The reconciliation as one JSON object; money as exact decimal text, because JSON numbers lose digits.
    package var json: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("source", digest)
        writer.member("currency", currency)
        writer.member("rows", sourceRows)
        writer.member("unaccountedRows", unaccountedRows)
        writer.member("unreadableRows", unreadableRows)
        writer.member("trifles", trifleRows)
        writer.key("reconciled")
        writer.bool(isReconciled)
        writer.member("net", ExactDecimal.format(total.money.source))
        writer.member("requests", requests)
        writer.member("replayedAnswers", replayed)
        writer.member("planningMilliseconds", Int(planning / .milliseconds(1)))
        writer.member("drivingMilliseconds", Int(driving / .milliseconds(1)))
        writer.member("verifyingMilliseconds", Int(verifying / .milliseconds(1)))
        list("categories", categories, &writer, write)
        list("countries", countries, &writer, write)
        writer.key("total")
        write(total, &writer)
        list("settlement", settlement, &writer, write)
        list("books", books, &writer) { books, writer in
            writer.beginObject()
            writer.member("currency", books.currency)
            writer.member("debits", ExactDecimal.format(books.debits))
            writer.member("credits", ExactDecimal.format(books.credits))
            writer.endObject()
        }
        list("exceptions", exceptions, &writer, write)
        list("refusals", refusals, &writer, write)
        if let holdingDifferences {
            list("readBackDifferences", holdingDifferences, &writer) { text, writer in writer.string(text) }
        }
        writer.endObject()
        return writer.bytes
    }

    private func write(_ line: Line, _ writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("name", line.name)
        sides("orders", String(line.orders.source), String(line.orders.server), &writer)
        sides("rows", String(line.rows.source), String(line.rows.server), &writer)
        sides("units", String(line.units.source), String(line.units.server), &writer)
        sides("money", ExactDecimal.format(line.money.source), ExactDecimal.format(line.money.server), &writer)
        writer.endObject()
    }

    private func write(_ exception: ReplayException, _ writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("line", exception.line)
        writer.member("invoice", exception.invoice)
        writer.member("code", exception.code)
        writer.member("country", exception.country)
        writer.member("quantity", Int(exception.quantity))
        writer.member("amount", ExactDecimal.format(exception.amount))
        writer.key("trifle")
        writer.bool(exception.isTrifle)
        writer.member("reason", exception.reason)
        writer.endObject()
    }

    private func write(_ refusal: ReplayRefusal, _ writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("line", refusal.line)
        writer.member("subject", refusal.subject)
        writer.member("reason", refusal.reason)
        writer.endObject()
    }

    private func sides(_ name: String, _ source: String, _ server: String, _ writer: inout JSONWriter) {
        writer.key(name)
        writer.beginObject()
        writer.member("source", source)
        writer.member("server", server)
        writer.endObject()
    }

    private func list<Item>(
        _ name: String,
        _ items: [Item],
        _ writer: inout JSONWriter,
        _ write: (Item, inout JSONWriter) -> Void
    ) {
        writer.key(name)
        writer.beginArray()
        for item in items { write(item, &writer) }
        writer.endArray()
    }
}
