import Trading

/// The outcomes of one class of requests within ten seconds, of all replicas together, and the results of probes.
public struct OutcomeBucketRow: LedgerRow, Hashable {
    /// A time and a class.
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

    /// The time and the class.
    public let key: Key
    /// Good requests.
    public var good: Int64 = 0
    /// Bad requests.
    public var bad: Int64 = 0
    /// Requests that do not count.
    public var excluded: Int64 = 0
    /// Passed probes.
    public var passed: Int64 = 0
    /// Failed probes.
    public var failed: Int64 = 0
    /// The longest run of failed probes of one prober that ended or continued in this time.
    public var longestFailure: Int64 = 0

    /// Zeros.
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
