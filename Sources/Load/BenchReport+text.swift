import Foundation

extension BenchReport {
    /// The report for a terminal, lines of at most 120 characters, with a newline at the end.
    package func text() -> String {
        var lines = heading()
        if let result { lines += result.lines() }
        if !compared.isEmpty { lines += comparisonLines() }
        if let fsync { lines += fsyncLines(fsync) }
        if let journalled { lines.append("journal    \(journalled) acknowledged checkouts, warm-up included") }
        if interrupted { lines.append("stopped before its end") }
        if let percentiles = result?.percentiles { lines += [""] + Self.distribution(percentiles) }
        return lines.joined(separator: "\n") + "\n"
    }

    private func heading() -> [String] {
        let name = result?.load ?? compared.map(\.result.load).joined(separator: ", ")
        let skuText = hot.map { "\(skus) SKUs, hot \($0)" } ?? "\(skus) SKUs, uniform"
        let threadText = threads == 1 ? "1 thread" : "\(threads) threads"
        let seconds = "\(figures(durationSeconds)) s measured after \(figures(warmupSeconds)) s of warm-up"
        return [
            "\(name) against \(url)",
            "\(connections) connections, \(threadText), \(skuText), seed \(seed)",
            compared.isEmpty ? seconds : "rounds of \(seconds), closed loop",
        ]
    }

    private func comparisonLines() -> [String] {
        var lines = [
            padded("load", 16) + leading("median/s", 11) + leading("ratio", 8) + leading("in rounds", 14)
                + leading("p50", 10) + leading("p99", 10) + leading("errors", 9)
        ]
        for entry in compared {
            let latency = entry.result.latency
            let spread = String(format: "%.2f–%.2f", entry.ratioMin, entry.ratioMax)
            lines.append(
                padded(entry.result.load, 16)
                    + leading(String(format: "%.0f", entry.medianRate), 11)
                    + leading(String(format: "%.2f", entry.ratio), 8)
                    + leading(spread, 14)
                    + leading(milliseconds(latency.p50Micros), 10)
                    + leading(milliseconds(latency.p99Micros), 10)
                    + leading(String(entry.result.errors), 9)
            )
        }
        lines.append(
            "closed loop: each connection waited for its answer before it asked again, so the latencies are no"
        )
        lines.append("promise for independent buyers; ratios are of median rates against the first load")
        for entry in compared { lines += entry.result.troubleLines(prefix: entry.result.load + " ") }
        return lines
    }

    private func fsyncLines(_ fsync: FsyncProbe) -> [String] {
        let cost = "p50 \(milliseconds(fsync.p50Micros))  p99 \(milliseconds(fsync.p99Micros)) (\(fsync.writes) × 4 kB)"
        guard let median = p50OverFsync, let high = p99OverFsync else { return ["fdatasync  " + cost] }
        return [
            "fdatasync  " + cost,
            String(format: "multiples  p50 %.1f× and p99 %.1f× of fdatasync's p50", median, high),
        ]
    }

    /// HdrHistogram's `.hgrm` columns, values in milliseconds.
    private static func distribution(_ percentiles: [BenchPercentile]) -> [String] {
        var lines = [
            leading("Value", 12) + " " + leading("Percentile", 14) + " " + leading("TotalCount", 10)
                + " 1/(1-Percentile)"
        ]
        for step in percentiles {
            let share = step.percentile / 100
            let inverse = share < 1 ? String(format: "%14.2f", 1 / (1 - share)) : leading("inf", 14)
            lines.append(
                String(format: "%12.3f %14.12f ", step.micros / 1_000, share) + leading(String(step.count), 10) + " "
                    + inverse
            )
        }
        return lines
    }
}

extension BenchResult {
    fileprivate func lines() -> [String] {
        var lines: [String] = []
        if let rateAsked {
            lines.append(String(format: "rate       %.1f/s of %.1f/s asked, %d requests", rate, rateAsked, requests))
            lines.append("latency    from the intended start of each request")
        } else {
            lines.append(String(format: "rate       %.1f/s, as fast as answers came, %d requests", rate, requests))
            lines.append("latency    closed loop: from sending, so a stall is counted once for each connection")
        }
        lines.append("           " + latency.text)
        if kinds.count > 1 {
            for kind in kinds {
                lines.append(padded("  " + kind.kind, 11) + "\(kind.latency.count): " + kind.latency.text)
            }
        }
        lines += troubleLines(prefix: "")
        if errors == 0 { lines.append("errors     none") }
        lines.append(String(format: "generator  %.0f %% of a core", generatorLoad * 100))
        return lines
    }

    /// The statuses and failures, if there were any but the expected answers.
    fileprivate func troubleLines(prefix: String) -> [String] {
        guard errors > 0 else { return [] }
        let answers = statuses.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        let without = failures.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        var lines = [padded(prefix + "answers", 11) + (answers.isEmpty ? "none" : answers.joined(separator: "  "))]
        if !without.isEmpty { lines.append(padded(prefix + "errors", 11) + without.joined(separator: "  ")) }
        if let unexpectedLatency {
            lines.append(padded(prefix + "refused", 11) + "\(unexpected): " + unexpectedLatency.text)
        }
        if unexpected > 0, let body = firstUnexpectedBody, !body.isEmpty {
            lines.append(padded(prefix + "first", 11) + String(body.prefix(100)).replacing("\n", with: " "))
        }
        return lines
    }
}

extension BenchLatency {
    fileprivate var text: String {
        "p50 \(milliseconds(p50Micros))  p90 \(milliseconds(p90Micros))  p99 \(milliseconds(p99Micros))"
            + "  p99.9 \(milliseconds(p999Micros))  max \(milliseconds(maxMicros))"
    }
}

private func milliseconds(_ micros: Double) -> String {
    let value = micros / 1_000
    return String(format: value < 1 ? "%.3f ms" : value < 100 ? "%.2f ms" : "%.0f ms", value)
}

private func figures(_ value: Double) -> String { String(format: "%g", value) }

private func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
}

private func leading(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
}
