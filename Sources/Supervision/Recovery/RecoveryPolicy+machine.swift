extension RecoveryPolicy {
    /// The policies for the machine and for components.
    static let machine: [RecoveryPolicy] = [
        RecoveryPolicy(
            name: "disk-full",
            condition: "97 % of the disk is used or more, and less than 512 MiB are free",
            action: .freeDiskReserve,
            limit: Limit(6, per: .seconds(3600)),
            coolDown: .seconds(60)
        ) { seen in
            diskUsed(seen, from: 0.97, below: 512 << 20)
        },
        RecoveryPolicy(
            name: "disk-almost-full",
            condition: "95 % of the disk is used or more, and less than 1 GiB is free",
            action: .readOnly,
            limit: Limit(60, per: .seconds(3600)),
            coolDown: .seconds(5)
        ) { seen in
            diskUsed(seen, from: 0.95, below: 1 << 30)
        },
        RecoveryPolicy(
            name: "disk-filling",
            condition: "90 % of the disk is used or more, or all of it will be within 10 min",
            action: .warn,
            limit: Limit(6, per: .seconds(3600)),
            coolDown: .seconds(60)
        ) { seen in
            guard let disk = seen.disk, disk.level == .act else { return nil }
            return "disk \(percent(disk.ratio)) used"
                + (disk.timeToFull.map { ", full in \($0.components.seconds) s" } ?? "")
        },
        RecoveryPolicy(
            name: "archive-late",
            condition: "commits older than backup.alert may be in no place of the archive",
            action: .warn,
            limit: Limit(6, per: .seconds(3600)),
            coolDown: .seconds(60)
        ) { seen in
            guard let archive = seen.archive, archive.lateness > archive.latenessMax else { return nil }
            return "what was committed in the last \(archive.lateness.components.seconds) s may be in no place"
        },
        RecoveryPolicy(
            name: "archive-place-late",
            condition: "a place of the archive lacks commits older than backup.alert, and another has them",
            action: .warn,
            limit: Limit(6, per: .seconds(3600)),
            coolDown: .seconds(60)
        ) { seen in
            guard let archive = seen.archive, archive.placeLateness > archive.latenessMax,
                archive.lateness <= archive.latenessMax
            else { return nil }
            return "a place of the archive lacks the last \(archive.placeLateness.components.seconds) s"
        },
        RecoveryPolicy(
            name: "archive-unverified",
            condition:
                "the archive was not found sound by a restore for twice backup.verify-interval, or was found damaged",
            action: .warn,
            limit: Limit(6, per: .seconds(3600)),
            coolDown: .seconds(600)
        ) { seen in
            guard let archive = seen.archive else { return nil }
            if archive.isDamaged { return "the last verification of the archive found something wrong" }
            guard archive.verifiedAge > archive.verifiedAgeMax else { return nil }
            return "the archive was last found sound \(archive.verifiedAge.components.seconds / 3600) h ago"
        },
        RecoveryPolicy(
            name: "processors-contended",
            condition: "some task waited for a processor in more than 40 % of the last 10 s",
            action: .shed,
            limit: Limit(10, per: .seconds(60)),
            coolDown: .seconds(10)
        ) { seen in
            pressure(seen.cpuPressure, of: "a processor", above: 40)
        },
        RecoveryPolicy(
            name: "disk-contended",
            condition: "some task waited for the disk in more than 30 % of the last 10 s",
            action: .shed,
            limit: Limit(10, per: .seconds(60)),
            coolDown: .seconds(10)
        ) { seen in
            pressure(seen.ioPressure, of: "the disk", above: 30)
        },
        RecoveryPolicy(
            name: "memory-contended",
            condition: "some task waited for memory in more than 10 % of the last 10 s",
            action: .shed,
            limit: Limit(10, per: .seconds(60)),
            coolDown: .seconds(10)
        ) { seen in
            pressure(seen.memoryPressure, of: "memory", above: 10)
        },
        RecoveryPolicy(
            name: "component-failing",
            condition:
                "a component's workers failed \(componentFailures) times within a minute, and no other component's did",
            action: .pauseComponent,
            limit: Limit(6, per: .seconds(600)),
            coolDown: .seconds(30)
        ) { seen in
            guard let failures = seen.componentFailures, failures >= componentFailures,
                seen.componentsFailing.map({ $0 <= 1 }) ?? true
            else { return nil }
            return "\(failures) failures in a minute"
        },
        RecoveryPolicy(
            name: "replicas-unlike-wanted",
            condition: "more or fewer replicas run than the autoscaler wants",
            action: .scale,
            limit: Limit(20, per: .seconds(60)),
            coolDown: .seconds(1)
        ) { seen in
            guard let replicas = seen.replicas, replicas.running != replicas.wanted else { return nil }
            return "\(replicas.running) run, \(replicas.wanted) are wanted"
        },
    ]

    /// The number of failures of a component within a minute that are too many.
    public static let componentFailures = 10

    /// The used share alone would act on a large disk that still has much free space.
    private static func diskUsed(_ seen: RecoveryObservation, from share: Double, below free: Int64) -> String? {
        guard let disk = seen.disk, disk.ratio >= share, seen.diskFree.map({ $0 < free }) ?? true else { return nil }
        return "disk \(percent(disk.ratio)) used"
    }

    private static func pressure(_ share: Double?, of resource: String, above bound: Double) -> String? {
        share.flatMap { $0 > bound ? "waited for \(resource) in \(percent($0 / 100)) of 10 s" : nil }
    }
}
