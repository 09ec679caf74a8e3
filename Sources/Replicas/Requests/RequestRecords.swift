import Foundation
import Resilience

/// Where the processes of one shop write down which requests are under way.
///
/// In memory, where it outlives a process but not the machine, under a name that only this run directory has.
public struct RequestRecords: Sendable {
    private let prefix: String
    private static let folder = "/dev/shm"

    /// Seconds of the clock by which requests are suspected.
    static var now: UInt64 { UInt64(max(0, time(nil))) }

    /// Those of the shop with a data directory.
    public init(data: String) throws(SystemError) {
        try self.init(try RunDirectory(data: data, making: false))
    }

    /// Those of a run directory.
    init(_ run: RunDirectory) throws(SystemError) {
        var found = stat()
        try system("look at \(run.path)") { stat(run.path, &found) }
        prefix = "tradewind-\(found.st_dev)-\(found.st_ino)"
    }

    /// What all processes suspect.
    func suspects() throws(SystemError) -> SuspectList {
        SuspectList(try SharedWords(path: path("suspects"), count: SuspectList.words))
    }

    /// What is under way in a process.
    func underWay(in process: pid_t) throws(SystemError) -> SharedWords {
        try SharedWords(path: path("\(process)"), count: Quarantine.capacity)
    }

    /// Forgets what was under way in a process.
    func forget(_ process: pid_t) { unlink(path("\(process)")) }

    /// Forgets all processes but those that live; where none does, which may be since the machine or even the shop is another one, nothing
    /// is suspected any more either.
    func forgetAll(but living: some Collection<pid_t>) {
        if living.isEmpty { return removeAll() }
        for process in names.compactMap({ pid_t($0) }) where !living.contains(process) { forget(process) }
    }

    /// Gives the memory back: no process of the shop is left.
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
    /// That of this process, a replica of the shop with this data directory.
    public convenience init(data: String) throws(SystemError) {
        let records = try RequestRecords(data: data)
        let own = try records.underWay(in: getpid())
        // Another process may have had this number.
        for index in 0..<own.count { own[index] = 0 }
        self.init(underWay: own, suspects: try records.suspects()) { RequestRecords.now }
    }
}
