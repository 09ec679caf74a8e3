import Foundation
import Resilience

/// Shared memory in which the processes of one shop record the requests that are under way.
///
/// It outlives a process but not the machine; its name is unique to the run directory.
public struct RequestRecords: Sendable {
    private let prefix: String
    private static let folder = "/dev/shm"

    /// The current time of the clock for suspicions, in seconds.
    static var now: UInt64 { UInt64(max(0, time(nil))) }

    /// The records of the shop with a data directory.
    ///
    /// - Throws: ``SystemError`` where the run directory does not exist.
    public init(data: String) throws(SystemError) {
        try self.init(try RunDirectory(data: data, making: false))
    }

    /// The records of a run directory.
    init(_ run: RunDirectory) throws(SystemError) {
        var found = stat()
        try system("look at \(run.path)") { stat(run.path, &found) }
        prefix = "tradewind-\(found.st_dev)-\(found.st_ino)"
    }

    /// The list of suspects that all processes share.
    func suspects() throws(SystemError) -> SuspectList {
        SuspectList(try SharedWords(path: path("suspects"), count: SuspectList.words))
    }

    /// The requests under way in a process.
    func underWay(in process: pid_t) throws(SystemError) -> SharedWords {
        try SharedWords(path: path("\(process)"), count: Quarantine.capacity)
    }

    /// Removes the record of a process.
    func forget(_ process: pid_t) { unlink(path("\(process)")) }

    /// Removes the records of all processes except `living`.
    ///
    /// If none lives, the list of suspects is removed too: the machine may have been rebooted since, or the run directory
    /// replaced.
    func forgetAll(but living: some Collection<pid_t>) {
        if living.isEmpty { return removeAll() }
        for process in names.compactMap({ pid_t($0) }) where !living.contains(process) { forget(process) }
    }

    /// Frees the memory; for the time when no process of the shop is left.
    public func removeAll() {
        for name in names { unlink(path(name)) }
    }

    private var names: [String] {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: Self.folder)) ?? []
        return all.filter { $0.hasPrefix(prefix + "-") }.map { String($0.dropFirst(prefix.count + 1)) }
    }

    private func path(_ name: String) -> String { "\(Self.folder)/\(prefix)-\(name)" }
}

extension Quarantine {
    /// The quarantine of this process, a replica of the shop with this data directory.
    ///
    /// - Throws: ``SystemError`` where the shared memory cannot be opened; the replica then runs without a quarantine.
    public convenience init(data: String) throws(SystemError) {
        let records = try RequestRecords(data: data)
        let own = try records.underWay(in: getpid())
        // An earlier process may have had the same id.
        for index in 0..<own.count { own[index] = 0 }
        self.init(underWay: own, suspects: try records.suspects()) { RequestRecords.now }
    }
}
