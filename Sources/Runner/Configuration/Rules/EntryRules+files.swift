internal import SandboxBase

/// Rules of the files that go with jobs.
extension EntryRules {
  mutating func checkFiles() {
    guard settings.files != nil else { return }
    let key = settings.filesInBytesMax > 0 ? "files.in" : "files.out"
    if service.stateFolder == nil {
      refuse(
        key,
        "The files of jobs are in the state folder, and state is \"none\". Name a folder, or take "
          + "no files.")
    }
    if settings.isRestartable {
      refuse(
        key,
        "A job that runs again would find the files as its first run left them. Take restartable "
          + "or files away.")
    }
    if policy.dropped.contains(.mountNamespace) {
      refuse(
        key,
        "Without mount-namespace a job cannot be shown its files. Keep the layer, or take no "
          + "files.")
    }
    if service.sameUser {
      refuse(key, "Files go with jobs only where jobs have users of their own: without sameUser.")
    }
  }
}
