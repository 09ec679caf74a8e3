import Trading

/// Why a patch of a group was refused, in order of precedence.
///
/// Nothing was changed.
public enum GroupPatchRefusal: Error, Hashable, Sendable {
    /// The group does not exist, or its version differs.
    case edit(EditRefusal)
    /// The patch cannot be applied.
    case patch(ProductPatchRefusal)
}

/// Changes a group of variants by a merge patch.
public struct PatchGroup: IdempotentCommand {
    /// `patchGroup`.
    public static let name = "patchGroup"

    /// The group's code.
    public let code: String
    /// The changes.
    public let patch: ProductGroupPatch
    /// The most members of metadata.
    public let members: Int
    /// The expected version; nil accepts any.
    public let expectedVersion: Int64?

    /// A change of a group.
    public init(_ code: String, _ patch: ProductGroupPatch, members: Int, expectedVersion: Int64? = nil) {
        self.code = code
        self.patch = patch
        self.members = members
        self.expectedVersion = expectedVersion
    }

    /// The group as it is now.
    public func decide(_ set: WorkingSet) throws(GroupPatchRefusal) -> ProductGroup {
        guard let current = set.groups.get(code)?.group else { throw .edit(.notFound) }
        if let expectedVersion, current.version != expectedVersion {
            throw .edit(.versionConflict(current: current.version))
        }
        do throws(ProductPatchRefusal) {
            return set.put(try patch.applied(to: current, members: members), over: current)
        } catch {
            throw .patch(error)
        }
    }
}

/// Changes a location by a merge patch.
public struct PatchLocation: IdempotentCommand {
    /// `patchLocation`.
    public static let name = "patchLocation"

    /// The location's code.
    public let code: String
    /// Its name; nil keeps it.
    public let name: String?
    /// Its priority; nil keeps it.
    public let priority: Int64?
    /// Whether orders may be allocated to it; nil keeps it.
    public let active: Bool?
    /// The expected version; nil accepts any.
    public let expectedVersion: Int64?

    /// A change of a location.
    public init(_ code: String, name: String?, priority: Int64?, active: Bool?, expectedVersion: Int64? = nil) {
        self.code = code
        self.name = name
        self.priority = priority
        self.active = active
        self.expectedVersion = expectedVersion
    }

    /// The location as it is now.
    public func decide(_ set: WorkingSet) throws(EditRefusal) -> Location {
        var all = set.allLocations
        guard let index = all.firstIndex(where: { $0.code == code }) else { throw .notFound }
        if let expectedVersion, all[index].version != expectedVersion {
            throw .versionConflict(current: all[index].version)
        }
        var next = all[index]
        if let name { next.name = name }
        if let priority { next.priority = priority }
        if let active { next.active = active }
        if next == all[index] { return next }
        next.version += 1
        all[index] = next
        set.put(all, changed: next)
        return next
    }
}

extension WorkingSet {
    /// Puts a group, with an event if that changes anything.
    func put(_ wanted: ProductGroup, over current: ProductGroup?) -> ProductGroup {
        var next = wanted
        next.version = current?.version ?? 0
        if next == current { return next }
        next.version += 1
        groups.put(GroupRow(next))
        event(.groupPut, next.code) { $0.member("version", next.version) }
        return next
    }

    /// Stores the list of locations, one of which has changed.
    func put(_ all: [Location], changed location: Location) {
        locations.put(LocationsRow(all))
        event(.locationPut, location.code) { $0.member("version", location.version) }
    }
}
