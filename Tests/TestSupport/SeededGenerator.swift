import SplitMix

/// A generator of the same numbers in every run.
public typealias SeededGenerator = SplitMix64
