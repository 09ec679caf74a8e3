// Faults of replicas, stored beyond the life of a supervisor: JSON lines in `run/faults.jsonl` of the data directory, only ever
// appended to. The supervisor opens no ledger, and its knowledge matters most when no replica runs to which it could report. A
// fault is two lines: one when it is noticed, one when another replica serves in its place; without the second line it is open. A
// measure, such as a restraint, is two lines likewise: when it begins, and when it ends. Each line is synced: there are few.

import Availability
import Foundation
import JSON

/// The journal of faults of a data directory.
///
/// Its functions block the calling thread while the disk syncs.
public struct FaultJournal: Sendable {
    private let path: String
    /// The file size in bytes at which the file is renamed to the old one; there is one old one.
    private let bytesMax: Int64

    /// The journal of a data directory; nothing is opened yet.
    public init(data: String) {
        self.init(path: data + "/run/faults.jsonl")
    }

    init(path: String, bytesMax: Int64 = 4 << 20) {
        self.path = path
        self.bytesMax = bytesMax
    }

    private var oldPath: String { path + ".1" }

    // MARK: Writing

    /// Records a fault under a unique name.
    ///
    /// - Throws: ``SystemError``; whether the line is in the file is unknown then, and an incomplete one is skipped by readers.
    func append(_ name: String, _ fault: ComponentFault) throws(SystemError) {
        var json = JSONWriter(capacity: 256)
        json.object { json in
            json.member("fault", name)
            json.member("at", fault.at.milliseconds)
            json.member("component", fault.component)
            json.member("kind", fault.kind.rawValue)
            json.member("cause", fault.cause)
            json.member("action", fault.action)
        }
        try write(json.bytes)
    }

    /// Records when another replica served in place of the failed one.
    func append(recovered name: String, at moment: Timestamp) throws(SystemError) {
        var json = JSONWriter(capacity: 64)
        json.object { json in
            json.member("fault", name)
            json.member("recovered", moment.milliseconds)
        }
        try write(json.bytes)
    }

    /// Records a measure under a unique name.
    func append(_ name: String, _ measure: Measure) throws(SystemError) {
        var json = JSONWriter(capacity: 256)
        json.object { json in
            json.member("measure", name)
            json.member("at", measure.at.milliseconds)
            json.member("subject", measure.subject)
            json.member("policy", measure.policy)
            json.member("cause", measure.cause)
            json.member("action", measure.action)
        }
        try write(json.bytes)
    }

    /// Records when a measure ended, and its result.
    func append(over name: String, _ result: String, at moment: Timestamp) throws(SystemError) {
        var json = JSONWriter(capacity: 128)
        json.object { json in
            json.member("measure", name)
            json.member("over", moment.milliseconds)
            json.member("result", result)
        }
        try write(json.bytes)
    }

    private func write(_ line: [UInt8]) throws(SystemError) {
        let (path, oldPath) = (path, oldPath)
        var status = stat()
        var isNew = stat(path, &status) != 0
        if !isNew, Int64(status.st_size) > bytesMax {
            try system("turn \(path)") { rename(path, oldPath) }
            isNew = true
        }
        let file = Descriptor(
            try system("open \(path)") { open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600) }
        )
        let bytes = line + [UInt8(ascii: "\n")]
        guard Glibc.write(file.number, bytes, bytes.count) == bytes.count else { throw SystemError("write \(path)") }
        try system("sync \(path)") { fsync(file.number) }
        if isNew { try syncDirectory() }
    }

    /// Without this, the name of a new file may be lost in a crash of the machine.
    private func syncDirectory() throws(SystemError) {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        let directory = Descriptor(try system("open \(folder)") { open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) })
        try system("sync \(folder)") { fsync(directory.number) }
    }

    // MARK: Reading

    /// All recorded faults and measures, in the order in which they were recorded; unreadable lines are skipped.
    public func noted() -> (faults: [ComponentFault], measures: [Measure]) {
        var found = Found()
        for file in [oldPath, path] {
            let bytes = FileManager.default.contents(atPath: file) ?? Data()
            for text in bytes.split(separator: UInt8(ascii: "\n")) {
                // An incomplete line affects only itself.
                guard let line = try? Line(Array(text)) else { continue }
                found.take(line)
            }
        }
        return (found.faults, found.measures)
    }

    private struct Found {
        var faults: [ComponentFault] = []
        var measures: [Measure] = []
        private var places: [String: Int] = [:]
        private var measurePlaces: [String: Int] = [:]

        mutating func take(_ line: Line) {
            if let fault = line.fault {
                places[line.name] = faults.count
                faults.append(fault)
            } else if let measure = line.measure {
                measurePlaces[line.name] = measures.count
                measures.append(measure)
            } else if line.isMeasure, let place = measurePlaces[line.name] {
                (measures[place].over, measures[place].result) = (line.end, line.result)
            } else if !line.isMeasure, let place = places[line.name] {
                faults[place].recovered = line.end
            }
        }
    }
}

/// One line of the journal: the beginning or the end of a fault or of a measure.
private struct Line {
    var name = ""
    var isMeasure = false
    var fault: ComponentFault?
    var measure: Measure?
    var end: Timestamp?
    var result: String?

    init(_ bytes: [UInt8]) throws(JSONError) {
        var json = JSONReader(bytes)
        var (subject, policy, cause, action) = ("", "", "", "")
        var kind: ComponentFault.Kind?
        var at: Timestamp?
        try json.object { (json, member) throws(JSONError) in
            switch member {
            case "fault": name = try json.string()
            case "measure": (name, isMeasure) = (try json.string(), true)
            case "component", "subject": subject = try json.string()
            case "kind": kind = ComponentFault.Kind(rawValue: try json.string())
            case "policy": policy = try json.string()
            case "cause": cause = try json.string()
            case "action": action = try json.string()
            case "result": result = try json.string()
            case "at": at = Timestamp(milliseconds: try json.int64()).clamped
            case "recovered", "over": end = Timestamp(milliseconds: try json.int64()).clamped
            default: try json.skip()
            }
        }
        guard let at else { return }
        if isMeasure {
            measure = Measure(at: at, subject: subject, policy: policy, cause: cause, action: action)
        } else if let kind {
            fault = ComponentFault(at: at, component: subject, kind: kind, cause: cause, action: action)
        }
    }
}
