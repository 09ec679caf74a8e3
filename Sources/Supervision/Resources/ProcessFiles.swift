// Parsers for the kernel's files about a process (proc(5), proc_pid_status(5), proc_pid_stat(5), proc_pid_limits(5)).

/// `/proc/PID/status`; missing values are nil.
public struct ProcessStatus: Hashable, Sendable {
    /// Resident memory, in bytes; a process that has exited has none.
    public let residentBytes: Int64?
    /// The greatest resident memory so far, in bytes.
    public let peakResidentBytes: Int64?
    /// Memory swapped out, in bytes.
    public let swappedBytes: Int64?
    /// Number of threads.
    public let threads: Int64?

    /// Parses the file's text.
    public init(_ text: String) {
        let values = KeyedLines(text)
        residentBytes = values.kilobytes("VmRSS")
        peakResidentBytes = values.kilobytes("VmHWM")
        swappedBytes = values.kilobytes("VmSwap")
        threads = values.count("Threads")
    }
}

/// `/proc/PID/stat`.
public struct ProcessStat: Hashable, Sendable {
    /// The process.
    public let pid: Int32
    /// The name of its program, which may hold spaces and brackets.
    public let command: String
    /// Its state, as the kernel's letter: `R` runs, `S` and `D` sleep, `T` is stopped, `Z` has exited and was not reaped.
    public let state: Character
    /// The parent process.
    public let parent: Int32
    /// Processor time in user and kernel mode, in clock ticks.
    public let cpuTicks: UInt64
    /// Its start, in clock ticks since the machine's boot; together with the pid it identifies a process uniquely.
    public let startTicks: UInt64

    /// Parses the file's text; nil where it is not valid.
    public init?(_ text: String) {
        // The name ends at the last bracket, since it may contain brackets.
        guard let opening = text.firstIndex(of: "("), let closing = text.lastIndex(of: ")"), opening < closing,
            let pid = Int32(text[..<opening].filter { $0 != " " })
        else { return nil }
        let fields = text[text.index(after: closing)...].split(whereSeparator: \.isWhitespace)
        // The first element is field 3 of the manual.
        guard fields.count >= 20, fields[0].count == 1, let state = fields[0].first, let parent = Int32(fields[1]),
            let user = UInt64(fields[11]), let system = UInt64(fields[12]), let start = UInt64(fields[19])
        else { return nil }
        let (ticks, overflow) = user.addingReportingOverflow(system)
        guard !overflow else { return nil }
        self.pid = pid
        command = String(text[text.index(after: opening)..<closing])
        self.state = state
        self.parent = parent
        cpuTicks = ticks
        startTicks = start
    }
}

/// `/proc/PID/fd` and `/proc/PID/limits`.
public enum ProcessDescriptors {
    /// Number of open descriptors, from the file names in the folder.
    public static func count(_ names: some Sequence<String>) -> Int {
        names.reduce(0) { UInt32($1) == nil ? $0 : $0 + 1 }
    }

    /// The soft limit of open descriptors, from the text of `limits`; nil where there is none.
    public static func limit(_ text: String) -> Int64? {
        let name = "Max open files"
        guard let line = text.split(whereSeparator: \.isNewline).first(where: { $0.hasPrefix(name) }) else {
            return nil
        }
        return line.dropFirst(name.count).split(separator: " ").first.flatMap { Int64($0) }
    }
}
