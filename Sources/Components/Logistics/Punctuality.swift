import JSON
import Ledger
import Trading

/// Arrivals compared with the first estimate, by carrier.
struct Punctuality {
    /// One carrier's arrivals.
    struct Figures {
        let carrier: String
        /// Arrivals by ``Arrival/span``.
        var counts: [Int64: Int64]

        var unpromised: Int64 { counts[-1] ?? 0 }
        var inTime: Int64 { counts[0] ?? 0 }
        var late: Int64 { counts.filter { $0.key > 0 }.values.reduce(0, +) }
        /// The late share of the arrivals with an estimate; nil if there are none.
        var lateShare: Double? { inTime + late > 0 ? Double(late) / Double(inTime + late) : nil }

        /// Late arrivals per span, with the span's upper end in hours; nil for the last.
        var spans: [(hours: Int64?, count: Int64)] {
            let ends = Arrival.hourBounds.map(Optional.some) + [nil]
            return ends.enumerated().map { ($1, counts[Int64($0) + 1] ?? 0) }
        }
    }

    let carriers: [Figures]

    /// Reads the counts from the ledger.
    ///
    /// Cost: one short row per carrier and span.
    init(_ view: any LedgerView) throws(LedgerFailure) {
        var counts: [String: [Int64: Int64]] = [:]
        for row in try view.rows(RowQuery<ArrivalCountRow>(limit: 10_000)) {
            counts[row.key.carrier, default: [:]][row.key.span] = row.count
        }
        carriers = counts.sorted { $0.key < $1.key }.map { Figures(carrier: $0.key, counts: $0.value) }
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.key("items")
            json.array { json in
                for figures in carriers {
                    json.object { json in
                        json.member("carrier", figures.carrier)
                        json.member("arrived", figures.unpromised + figures.inTime + figures.late)
                        json.member("inTime", figures.inTime)
                        json.member("late", figures.late)
                        json.member("unpromised", figures.unpromised)
                        if let share = figures.lateShare {
                            json.key("lateShare")
                            json.double(share)
                        }
                        json.key("lateByHours")
                        json.array { json in
                            for (hours, count) in figures.spans {
                                json.object { json in
                                    if let hours { json.member("upTo", hours) }
                                    json.member("count", count)
                                }
                            }
                        }
                    }
                }
            }
            json.key("next")
            json.null()
        }
    }

    /// Writes the counts in Prometheus' text format.
    func write(to text: inout String) {
        text +=
            "# HELP tradewind_arrivals Parcels that arrived, by carrier and by hours after what was promised first.\n"
        text += "# TYPE tradewind_arrivals gauge\n"
        for figures in carriers {
            let late = figures.spans.map { ($0.hours.map(String.init) ?? "+Inf", $0.count) }
            for (hours, count) in [("unpromised", figures.unpromised), ("0", figures.inTime)] + late {
                text += "tradewind_arrivals{carrier=\"\(figures.carrier)\",late_hours=\"\(hours)\"} \(count)\n"
            }
        }
    }
}
