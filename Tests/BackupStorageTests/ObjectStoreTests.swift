import Testing

@testable import BackupStorage

@Suite("Objects in a store")
struct ObjectStoreTests {}
