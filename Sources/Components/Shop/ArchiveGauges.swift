import Trading

/// The figures of a shop's archive, as its archiver and its last verification said them.
public struct ArchiveGauges: Sendable {
    private let places: [(name: String, until: Timestamp?)]
    private let waitingBytes: Int64?
    private let gaps: Int?
    private let snapshot: Timestamp?
    private let verified: Timestamp?
    private let findings: Int?
    private let restoreSeconds: Double?

    /// Figures; nil for one that is not known yet.
    ///
    /// - Parameters:
    ///   - places: each place, and the time before which everything committed is there.
    ///   - waitingBytes: the size of what is not in all places yet.
    ///   - gaps: how often a history ended because something had not been recorded.
    ///   - snapshot: when the newest snapshot was made.
    ///   - verified: when the archive was last found sound by a restore.
    ///   - findings: what the last verification found wrong.
    ///   - restoreSeconds: how long its restore took.
    public init(
        places: [(name: String, until: Timestamp?)],
        waitingBytes: Int64?,
        gaps: Int?,
        snapshot: Timestamp?,
        verified: Timestamp?,
        findings: Int?,
        restoreSeconds: Double?
    ) {
        self.places = places
        self.waitingBytes = waitingBytes
        self.gaps = gaps
        self.snapshot = snapshot
        self.verified = verified
        self.findings = findings
        self.restoreSeconds = restoreSeconds
    }

    /// Writes the figures in Prometheus' text format; an age of something that never was is infinite.
    func write(now: Timestamp, to text: inout String) {
        func age(_ time: Timestamp?) -> String {
            time.map { "\(Double(max(0, $0.milliseconds(to: now))) / 1000)" } ?? "+Inf"
        }
        func gauge(_ name: String, _ help: String, _ value: String) {
            text += "# HELP \(name) \(help)\n# TYPE \(name) gauge\n\(name) \(value)\n"
        }
        gauge(
            "tradewind_backup_age_seconds",
            "The age of the oldest commit that may be in no place of the archive.",
            age(places.compactMap(\.until).max())
        )
        text += "# HELP tradewind_backup_place_age_seconds The same for each place.\n"
        text += "# TYPE tradewind_backup_place_age_seconds gauge\n"
        for (index, place) in places.enumerated() {
            text += "tradewind_backup_place_age_seconds{place=\"\(index + 1)\"} \(age(place.until))\n"
        }
        gauge("tradewind_backup_snapshot_age_seconds", "The age of the newest snapshot.", age(snapshot))
        gauge(
            "tradewind_backup_verified_age_seconds",
            "Since the archive was last found sound by a restore, a comparison and an audit.",
            age(verified)
        )
        if let waitingBytes {
            gauge("tradewind_backup_waiting_bytes", "What is not in all places yet.", "\(waitingBytes)")
        }
        if let findings { gauge("tradewind_backup_findings", "What the last verification found wrong.", "\(findings)") }
        if let restoreSeconds {
            gauge(
                "tradewind_backup_restore_seconds",
                "How long the restore of the last verification took.",
                "\(restoreSeconds)"
            )
        }
        guard let gaps else { return }
        text += "# HELP tradewind_backup_gaps_total How often the archive had to begin anew.\n"
        text += "# TYPE tradewind_backup_gaps_total counter\ntradewind_backup_gaps_total \(gaps)\n"
    }
}
