/// The rows: each target that has folders, and each of its folders, lowest first.
extension FolderTable {
  static let targets = [
    Target(
      path: "Sources/Sandbox",
      folders: [
        Folder("System", "Descriptors, files, processes and the launcher's log."),
        Folder("Policy", "What an entry may do: values, rules and the catalogue of system calls."),
        Folder("Kernel", "What this kernel offers, and filters made for it."),
        Folder("Wire", "Messages between service and launcher, byte by byte."),
        Folder("Launch", "One launch: executable, folders, cgroup, and the call into C."),
        Folder("PrebuiltSandbox", "Namespaces and trees that are made before there is a job."),
        Folder("Launcher", "The process of root: its table, its loop and its children."),
        Folder("Client", "The service's end of the socket pair."),
      ])
  ]
}
