import API
import Availability
import Foundation
import Hummingbird
import JSON
import Ledger
import NIOPosix
import Trading

/// The shop's availability, from its own records and the results of probers.
struct AvailabilityRoutes {
    let shop: Shop
    let inputs: AvailabilityInputs

    /// The longest window of an answer, in seconds; `tradewind availability` reports on any.
    static let longest: Int64 = 92 * 86_400
    /// The number of resamples: enough for two digits of a bound, and quick.
    static let resamples = 1_000
    /// Verdicts from further in the future than this, in seconds, are refused.
    static let ahead: Int64 = 60

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .get,
                "/v1/availability",
                id: "getAvailability",
                tag: "Availability",
                "How available the shop was: by request, by time and by window, with its figures and its error budget",
                access: .scope(.operatorRead),
                parameters: window + [
                    Parameter(
                        "confidence",
                        in: .query,
                        #"{"type":"string","pattern":"^0\\.[5-9][0-9]{0,3}$","default":"0.9"}"#,
                        "How sure the intervals are."
                    )
                ],
                responses: [ResponseKind(200, "Availability", "The figures; what is not known is left out.")],
                handler: figures
            ),
            Endpoint(
                .get,
                "/v1/incidents",
                id: "listIncidents",
                tag: "Availability",
                "When the shop was down, the newest first",
                access: .scope(.operatorRead),
                parameters: window,
                responses: [ResponseKind(200, "IncidentList", "The incidents of the window.")],
                handler: incidents
            ),
            Endpoint(
                .post,
                "/v1/availability/probes",
                id: "recordProbes",
                tag: "Availability",
                "Takes what a prober saw, also of a time in which no server could be told",
                access: .scope(.operatorWrite),
                body: BodyKind("ProbeInput"),
                responses: [ResponseKind(200, "ProbeReceipt", "How many verdicts were taken.")],
                problems: [409],
                handler: probes
            ),
        ]
    }

    private var window: [Parameter] {
        [
            Parameter(
                "from",
                in: .query,
                #"{"type":"string","format":"date-time"}"#,
                "From when; 30 days before the end, or since the first record, where it is not given."
            ),
            Parameter(
                "to",
                in: .query,
                #"{"type":"string","format":"date-time"}"#,
                "Until when; the last ten seconds that are complete where it is not given."
            ),
        ]
    }

    private func figures(_ call: Call) async throws(Problem) -> Response {
        let query = try call.query(["from", "to", "confidence"])
        var options = RecordedReportOptions()
        if let text = try query.text("confidence", maxLength: 6) {
            guard text.hasPrefix("0."), let confidence = Double(text), (0.5..<1).contains(confidence) else {
                throw .badParameter("query", "confidence", "from 0.5 to 0.9999")
            }
            options.confidence = confidence
        }
        return try await report(query, options) { try $0.json() }
    }

    private func incidents(_ call: Call) async throws(Problem) -> Response {
        try await report(try call.query(["from", "to"]), RecordedReportOptions()) { try $0.incidentJSON() }
    }

    /// Reports on the window of a query, on a thread that may be kept busy.
    ///
    /// Cost: a read of every bucket in the window, and resamples × minutes where any request was bad.
    private func report(
        _ query: Query,
        _ asked: RecordedReportOptions,
        _ write: @escaping @Sendable (RecordedReport) throws -> Data
    ) async throws(Problem) -> Response {
        let (from, to) = (try query.time("from"), try query.time("to"))
        let now = Timestamp.now
        if let from {
            let end = min(to ?? now, now)
            guard from <= to ?? from, end.milliseconds - from.milliseconds <= Self.longest * 1000 else {
                throw .badParameter(
                    "query",
                    "from",
                    "not after `to`, and at most \(Self.longest / 86_400) days before it"
                )
            }
        }
        var options = asked
        options.objective = inputs.objective
        options.bootstrap = Bootstrap(resamples: Self.resamples)
        let records: RecordedAvailability.Records
        do {
            records = try await RecordedAvailability.records(
                of: shop.ledger,
                noted: await inputs.noted(),
                from: from,
                to: to,
                now: now
            )
        } catch {
            throw Problem(error)
        }
        let settled = options
        do {
            let bytes = try await NIOThreadPool.singleton.runIfActive {
                try write(records.report(source: "shop", options: settled))
            }
            return .json(Array(bytes))
        } catch {
            // The thread pool ends only with the process.
            throw Problem(LedgerFailure(.closed, phase: .load, retry: .safe, detail: "\(error)"))
        }
    }

    private func probes(_ call: Call) async throws(Problem) -> Response {
        let (verdicts, bytes) = try await call.requiredJSON { (json) throws(JSONError) in try json.verdicts() }
        let key = try call.idempotencyKey(bytes)
        let now = Timestamp.now
        let known = now.adding(seconds: -shop.settings.outcomeSeconds)..<now.adding(seconds: Self.ahead)
        let taken = verdicts.filter { known.contains($0.at) }
        let done = try await shop.commit(RecordOutcomes(ProbeVerdict.counts(taken)), key: key)
        return .json { json in
            json.object { json in
                json.member("recorded", taken.count)
                json.member("ignored", verdicts.count - taken.count)
            }
        }.replayed(done.replayed)
    }
}
