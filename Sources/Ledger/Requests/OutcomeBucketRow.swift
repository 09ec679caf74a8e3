import Trading

/// How the requests of one class ended within ten seconds, in all replicas together, and what probers saw.
public struct OutcomeBucketRow: LedgerRow, Hashable {
    /// When, and of which class.
    public struct Key: RowKey {
        /// Its first moment, a whole multiple of ten seconds since 1970.
        public let start: Timestamp
        /// The class of requests, from a bounded set.
        public let requestClass: String

        /// A class at a time.
        public init(_ start: Timestamp, _ requestClass: String) {
            self.start = start
            self.requestClass = requestClass
        }

        /// Writes both columns.
        public func write(to columns: inout some ColumnWriter) {
            columns.time(start)
            columns.text(requestClass)
        }

        /// Reads both columns.
        public init?(from columns: inout some ColumnReader) {
            guard let start = columns.time(), let requestClass = columns.text() else { return nil }
            self.init(start, requestClass)
        }
    }

    /// `outcome_buckets`, by time and class.
    public static let schema = TableSchema(
        "outcome_buckets",
        key: [.time("start"), .text("class")],
        [
            .integer("good"), .integer("bad"), .integer("excluded"),
            .integer("passed"), .integer("failed"), .integer("longest_failure"),
        ]
    )

    /// When, and of which class.
    public let key: Key
    /// Requests that ended well.
    public var good: Int64 = 0
    /// Requests that did not.
    public var bad: Int64 = 0
    /// Requests that do not count.
    public var excluded: Int64 = 0
    /// Probes that were answered well.
    public var passed: Int64 = 0
    /// Probes that were not.
    public var failed: Int64 = 0
    /// The longest run of failed probes of one prober that ended or went on in this time.
    public var longestFailure: Int64 = 0

    /// Nothing was counted.
    public init(_ key: Key) {
        self.key = key
    }

    /// Adds another count of the same class and time.
    public mutating func add(_ other: OutcomeBucketRow) {
        precondition(key == other.key, "counts of different times are not added")
        good += other.good
        bad += other.bad
        excluded += other.excluded
        passed += other.passed
        failed += other.failed
        longestFailure = max(longestFailure, other.longestFailure)
    }

    /// Writes the columns.
    public func write(to columns: inout some ColumnWriter) {
        key.write(to: &columns)
        for count in [good, bad, excluded, passed, failed, longestFailure] { columns.integer(count) }
    }

    /// Reads the columns.
    public init?(from columns: inout some ColumnReader) {
        guard let key = Key(from: &columns), let good = columns.integer(), let bad = columns.integer(),
            let excluded = columns.integer(), let passed = columns.integer(), let failed = columns.integer(),
            let longest = columns.integer()
        else { return nil }
        self.init(key)
        (self.good, self.bad, self.excluded) = (good, bad, excluded)
        (self.passed, self.failed, longestFailure) = (passed, failed, longest)
    }
}
