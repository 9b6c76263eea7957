/// What the launcher found on its host when it was sealed.
struct SealingHost {
  let mode: LaunchPolicy.Mode
  /// The id that the holders of cells take.
  let holder: UInt32
  let controllers: Set<String>
  /// Why controllers, or cgroup v2 altogether, are missing.
  let remedy: String
  let hasCgroups: Bool
}
