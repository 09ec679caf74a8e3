/// All drills.
package enum DrillList {
    /// The drills of real processes, in the order in which `drill all` runs them.
    package static let all: [any Drill] = [
        KillReplicaDrill(), PauseReplicaDrill(), KillSupervisorDrill(), RollingRestartDrill(),
        BadReleaseDrill(), FailingReleaseDrill(), OverloadDrill(), FlashSaleDrill(), FullDiskDrill(), SlowDiskDrill(),
        PaymentOutageDrill(), CarrierOutageDrill(), MemoryLeakDrill(), AutoscaleDrill(), PoisonRequestDrill(),
        LeasePauseDrill(), CorruptPageDrill(), BackupPlaceDrill(),
    ]
}
