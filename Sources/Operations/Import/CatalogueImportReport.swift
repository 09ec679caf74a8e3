import JSON

/// What became of a catalogue.
public struct CatalogueImportReport: Sendable {
    /// Rows of the file that hold anything, the header not counted.
    public var rows: Int
    /// Rows that made a new product.
    public var created = 0
    /// Rows that changed a product.
    public var updated = 0
    /// Rows that found their product as it should be.
    public var unchanged = 0
    /// Products that were given their opening stock.
    public var stocked = 0
    /// Rows that did not land, by line.
    public var rejections: [CatalogueRejection]
    /// How long it took.
    public var elapsed = Duration.zero

    /// What a process should exit with: 0 when every row landed, else 1.
    public var exitCode: Int32 { rejections.isEmpty ? 0 : 1 }

    init(rows: Int, rejections: [CatalogueRejection]) {
        self.rows = rows
        self.rejections = rejections
    }

    mutating func add(_ answer: ImportAnswer, to chunk: ArraySlice<CatalogueLine>) {
        created += answer.created
        updated += answer.updated
        unchanged += answer.unchanged
        for rejection in answer.rejected {
            let index = chunk.startIndex + max(0, min(chunk.count, rejection.line) - 1)
            let reason = rejection.pointer.isEmpty ? rejection.detail : "\(rejection.pointer) \(rejection.detail)"
            rejections.append(CatalogueRejection(line: chunk[index].line, sku: chunk[index].sku, reason: reason))
        }
    }

    /// The report as plain text: one line for each bad row, then the counts.
    public var text: String {
        var lines = rejections.map { rejection in
            "line \(rejection.line): " + (rejection.sku.isEmpty ? "" : "\(rejection.sku): ") + rejection.reason
        }
        var counts = "\(rows) rows: \(created) created, \(updated) updated, \(unchanged) unchanged, "
        counts += "\(rejections.count) rejected"
        if stocked > 0 { counts += "; \(stocked) given opening stock" }
        lines.append(counts)
        return lines.joined(separator: "\n") + "\n"
    }

    /// The report as one JSON object.
    public var json: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("rows", rows)
        writer.member("created", created)
        writer.member("updated", updated)
        writer.member("unchanged", unchanged)
        writer.member("stocked", stocked)
        writer.member("milliseconds", Int(elapsed / .milliseconds(1)))
        writer.key("rejected")
        writer.beginArray()
        for rejection in rejections {
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
