// While a ledger was away its customers could not pay, so what would have ended meanwhile, or ends just afterwards, is given as much time again.
// Every server writes a canary each second; where none was written for longer, the ledger was away, or no server was there.

import Trading

extension WorkingSet {
    /// From which time without a canary on the ledger counts as having been away, in seconds.
    private static let leastAbsence: Int64 = 5
    /// For how long an absence puts off what expires at most, in seconds.
    private static let mostPutOff: Int64 = 3600

    /// Names the rows that ``isMakingUpForAbsence`` reads.
    func wantAbsence() {
        settings.want(SettingRow.canary)
        settings.want(SettingRow.expiryResumes)
    }

    /// Whether nothing expires now: the ledger was away a short time ago, or it is just back and no canary has told for how long it was.
    var isMakingUpForAbsence: Bool {
        if let resumes = time(of: SettingRow.expiryResumes), now < resumes { return true }
        return absence >= Self.leastAbsence
    }

    /// Puts off what expires for as long as the ledger was away until now.
    func noteAbsence() {
        guard absence >= Self.leastAbsence else { return }
        let start = max(now, time(of: SettingRow.expiryResumes) ?? now)
        let resumes = start.adding(seconds: min(absence, Self.mostPutOff))
        settings.put(SettingRow(SettingRow.expiryResumes, value: resumes.utf8))
    }

    /// The seconds since the last canary; 0 where there was none.
    private var absence: Int64 {
        time(of: SettingRow.canary).map { (now.milliseconds - $0.milliseconds) / 1000 } ?? 0
    }

    private func time(of name: String) -> Timestamp? {
        settings.get(name).flatMap { Timestamp(String(decoding: $0.value, as: UTF8.self)) }
    }
}
