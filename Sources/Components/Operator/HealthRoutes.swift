import API
import Hummingbird
import JSON
import Ledger
import Resilience
import Trading

/// Health probes, metrics and the API's own description.
struct HealthRoutes {
    let health: Health
    let shop: Shop
    let gate: AdmissionGate
    let connections: OpenConnections
    let requests: RequestMetrics
    let ledger: LedgerMetrics
    let outcomes: OutcomeRecorder
    let archive: (@Sendable () -> ArchiveGauges)?
    let running: [RunningComponent]

    var endpoints: [Endpoint] {
        [
            probe("/livez", id: "livez", "Whether this process turns") { (_) throws(Problem) in Self.alive },
            probe("/readyz", id: "readyz", "Whether this process can do work now", handler: ready),
            probe("/startupz", id: "startupz", "Whether this process has loaded", handler: started),
            Endpoint(
                .get,
                "/metrics",
                id: "metrics",
                tag: "Health",
                "Figures in Prometheus' text format",
                access: .anyone,
                responses: [ResponseKind(200, "Metrics", "The figures.", mediaType: "text/plain")],
                handler: metrics
            ),
        ]
    }

    private func probe(_ path: String, id: String, _ summary: String, handler: @escaping Endpoint.Handler) -> Endpoint {
        Endpoint(
            .get,
            path,
            id: id,
            tag: "Health",
            summary,
            access: .anyone,
            responses: [ResponseKind(200, "Health", "Yes."), ResponseKind(503, "Health", "No.")],
            handler: handler
        )
    }

    private static let alive = Response.json { json in json.object { $0.member("status", "ok") } }

    private func ready(_ call: Call) async throws(Problem) -> Response {
        let readiness = health.readiness
        let (sequence, snapshotAge) = shop.storefront.position
        return .json(status: readiness.isReady ? .ok : .serviceUnavailable) { json in
            json.object { json in
                json.member("status", readiness.status.rawValue)
                json.member("writes", readiness.writes)
                if let refusal = readiness.refusal { json.member("writesCode", refusal.rawValue) }
                json.member("canaryAgeMs", Int64(readiness.age.seconds * 1000))
                json.member("snapshotAgeMs", Int64(snapshotAge.seconds * 1000))
                json.member("sequence", sequence)
            }
        }
    }

    private func started(_ call: Call) async throws(Problem) -> Response {
        let isStarted = health.isStarted
        return .json(status: isStarted ? .ok : .serviceUnavailable) { json in
            json.object { $0.member("status", isStarted ? "ok" : "starting") }
        }
    }

    private func metrics(_ call: Call) async throws(Problem) -> Response {
        var text = ""
        requests.write(to: &text)
        gate.figures.write(to: &text)
        connections.write(to: &text)
        shop.streams.write(to: &text)
        ledger.write(to: &text)
        outcomes.write(to: &text)
        archive?().write(now: .now, to: &text)
        shop.payments.metrics.write(to: &text)
        let (sequence, age) = shop.storefront.position
        text += "# HELP tradewind_ledger_queue Commands waiting for the committer.\n"
        text += "# TYPE tradewind_ledger_queue gauge\ntradewind_ledger_queue \(shop.committer.waiting)\n"
        text += "# HELP tradewind_snapshot_age_seconds For how long the snapshot may be behind other processes.\n"
        text += "# TYPE tradewind_snapshot_age_seconds gauge\ntradewind_snapshot_age_seconds \(age.seconds)\n"
        text += "# HELP tradewind_snapshot_sequence The newest event in the snapshot.\n"
        text += "# TYPE tradewind_snapshot_sequence gauge\ntradewind_snapshot_sequence \(sequence)\n"
        text += "# HELP tradewind_products Products in the snapshot.\n"
        text += "# TYPE tradewind_products gauge\ntradewind_products \(shop.storefront.productCount)\n"
        text += "# HELP tradewind_ready Whether this process can do work now.\n"
        text += "# TYPE tradewind_ready gauge\ntradewind_ready \(health.readiness.isReady ? 1 : 0)\n"
        await writeWorkers(to: &text)
        await writeArrivals(to: &text)
        await writeArchive(to: &text)
        return Response(
            status: .ok,
            headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text))
        )
    }

    /// Writes the punctuality of parcels, if this process runs the deliveries; left out while the ledger does not answer.
    private func writeArrivals(to text: inout String) async {
        guard running.contains(where: { $0.component.name == .logistics }) else { return }
        do throws(LedgerFailure) {
            try await shop.ledger.read { (view) throws(LedgerFailure) in try Punctuality(view) }.write(to: &text)
        } catch {
            // Left out: the metrics are scraped again soon, and the ledger's own metrics show the problem.
        }
    }

    /// Writes the figures of the archive of closed orders, if this process may archive; left out while the ledger does not answer.
    private func writeArchive(to text: inout String) async {
        guard shop.archiver != nil, running.contains(where: { $0.component.name == .operator }) else { return }
        do throws(LedgerFailure) {
            try await shop.ledger.read { (view) throws(LedgerFailure) in try ArchiveMetrics(view) }
                .write(now: .now, to: &text)
        } catch {
            // Left out: the metrics are scraped again soon, and the ledger's own metrics show the problem.
        }
    }

    /// Writes the metrics of the workers; without an answer of the ledger, only the ages of due tasks are left out.
    private func writeWorkers(to text: inout String) async {
        let kinds = running.flatMap { $0.component.workers.flatMap(\.kinds) }
        let now = Timestamp.now
        var oldest: [TaskKind: Timestamp]?
        do throws(LedgerFailure) {
            let (due, failing) = try await shop.ledger.read { (view) throws(LedgerFailure) in
                (try view.oldestDue(kinds, at: now), try view.failingWebhooks())
            }
            oldest = due
            WebhookMetrics.write(failing, now: now, to: &text)
        } catch {
            oldest = nil
        }
        RunningComponent.write(running, oldest: oldest, now: now, to: &text)
    }
}
