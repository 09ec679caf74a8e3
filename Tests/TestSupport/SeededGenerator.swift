import SplitMix

/// A generator that yields the same numbers in every run.
public typealias SeededGenerator = SplitMix64
