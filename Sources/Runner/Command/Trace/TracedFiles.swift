/// Which files a program used, and how large those grew that it wrote. Paths are absolute, without
/// `.` and `..`, and as the program named them.
struct TracedFiles: Hashable {
  /// Opened for reading, executed, or looked at.
  private(set) var read: Set<String> = []
  /// Folders that were listed.
  private(set) var listed: Set<String> = []
  /// Existing files that were written or changed.
  private(set) var written: Set<String> = []
  /// Names that were made, moved or removed: their folder was written.
  private(set) var made: Set<String> = []
  /// What the program itself made before it used it in another way.
  private(set) var own: Set<String> = []
  private(set) var devices: Set<String> = []
  private var sizes: [String: Int] = [:]
  private var positions: [String: Int] = [:]

  var largestBytes: Int { sizes.values.max() ?? 0 }
  /// All of what was written, each file at its largest.
  var allBytes: Int { sizes.values.reduce(0, +) }

  /// What a call does with a path.
  enum Use { case look, list, write, make }

  /// A path argument: the descriptor that it is relative to, if any, itself, and what is done.
  struct Slot {
    let folder: Int?
    let path: Int
    let use: Use
  }

  static let slots: [String: [Slot]] = {
    var all: [String: [Slot]] = [:]
    func plain(_ names: String, _ use: Use) {
      for name in names.split(separator: " ") {
        all[String(name)] = [Slot(folder: nil, path: 0, use: use)]
      }
    }
    func at(_ names: String, _ use: Use) {
      for name in names.split(separator: " ") {
        all[String(name)] = [Slot(folder: 0, path: 1, use: use)]
      }
    }
    plain("execve stat lstat access readlink statfs chdir getxattr lgetxattr listxattr", .look)
    plain("truncate chmod chown lchown utime utimes setxattr lsetxattr removexattr", .write)
    plain("creat mkdir rmdir unlink mknod", .make)
    at("execveat newfstatat statx faccessat faccessat2 readlinkat inotify_add_watch", .look)
    at("fchmodat fchmodat2 fchownat utimensat futimesat", .write)
    at("mkdirat unlinkat mknodat", .make)
    all["rename"] = [
      Slot(folder: nil, path: 0, use: .make), Slot(folder: nil, path: 1, use: .make),
    ]
    all["renameat"] = [Slot(folder: 0, path: 1, use: .make), Slot(folder: 2, path: 3, use: .make)]
    all["renameat2"] = all["renameat"]
    all["link"] = [Slot(folder: nil, path: 0, use: .look), Slot(folder: nil, path: 1, use: .make)]
    all["linkat"] = [Slot(folder: 0, path: 1, use: .look), Slot(folder: 2, path: 3, use: .make)]
    all["symlink"] = [Slot(folder: nil, path: 1, use: .make)]
    all["symlinkat"] = [Slot(folder: 1, path: 2, use: .make)]
    return all
  }()

  /// - Parameter folder: the caller's working folder.
  mutating func apply(_ call: TracedCall, folder: String) {
    switch call.name {
    case "open": open(call, base: folder, path: 0, flags: call.argument(1))
    case "openat", "openat2":
      open(call, base: call.object(0) ?? folder, path: 1, flags: call.argument(2))
    case "memfd_create": makeMemoryFile(call)
    case "write", "writev", "sendfile", "pwrite64", "pwritev", "pwritev2", "ftruncate", "fallocate",
      "lseek", "copy_file_range":
      grow(call)
    default:
      for slot in Self.slots[call.name] ?? [] where call.error == nil {
        // An empty path means the descriptor itself, which was seen when it was opened.
        guard let text = call.path(slot.path), !text.isEmpty else { continue }
        let base = slot.folder.flatMap { call.object($0) } ?? folder
        note(TracedPaths.absolute(text, in: base), slot.use)
      }
      if call.name == "truncate", call.error == nil, let path = call.path(0) {
        grow(TracedPaths.absolute(path, in: folder), to: call.number(1) ?? 0)
      }
    }
  }

  /// Memory files count for RLIMIT_FSIZE as any file does (memfd_create(2)). strace shows each by
  /// the name that it was given, which others may have as well: the largest of them counts.
  private mutating func makeMemoryFile(_ call: TracedCall) {
    guard call.error == nil, let object = call.resultObject else { return }
    positions[object] = 0
    sizes[object] = sizes[object] ?? 0
  }

  private mutating func open(_ call: TracedCall, base: String, path: Int, flags: String) {
    guard call.error == nil, let text = call.path(path) else { return }
    let named = TracedPaths.absolute(text, in: base)
    let use = Self.use(flags)
    note(named, use)
    guard let real = call.resultObject, real.hasPrefix("/") else { return }
    let plain = TracedPaths.withoutDevice(real)
    // What a link led to has to be there as well.
    if plain != named { note(plain, use) }
    if flags.contains("O_CREAT") || flags.contains("O_TRUNC"), plain == real {
      positions[real] = 0
      sizes[real] = max(0, sizes[real] ?? 0)
    } else if use == .write, plain == real {
      positions[real] = positions[real] ?? 0
    }
  }

  /// What open(2) with these flags is for. A descriptor of O_PATH lists nothing.
  private static func use(_ flags: String) -> Use {
    if flags.contains("O_CREAT") { return .make }
    if flags.contains("O_WRONLY") || flags.contains("O_RDWR") { return .write }
    return flags.contains("O_DIRECTORY") && !flags.contains("O_PATH") ? .list : .look
  }

  private mutating func note(_ path: String, _ use: Use) {
    if path.hasPrefix("/dev/"), !path.hasPrefix("/dev/shm/") {
      if use != .list { devices.insert(path) }
      return
    }
    let isNew = !read.contains(path) && !written.contains(path) && !listed.contains(path)
    switch use {
    case .look: read.insert(path)
    case .list: listed.insert(path)
    case .write: written.insert(path)
    case .make:
      made.insert(path)
      if isNew { own.insert(path) }
    }
  }

  private mutating func grow(_ call: TracedCall) {
    // copy_file_range(2) has its output third; sendfile(2) first.
    guard call.error == nil, let result = call.result,
      let object = call.object(call.name == "copy_file_range" ? 2 : 0), positions[object] != nil
    else { return }
    switch call.name {
    case "lseek": positions[object] = result
    case "ftruncate": grow(object, to: call.number(1) ?? 0)
    case "fallocate": grow(object, to: (call.number(2) ?? 0) + (call.number(3) ?? 0))
    case "pwrite64", "pwritev", "pwritev2": grow(object, to: (call.number(3) ?? 0) + result)
    default:
      positions[object, default: 0] += result
      grow(object, to: positions[object] ?? 0)
    }
  }

  private mutating func grow(_ path: String, to bytes: Int) {
    sizes[path] = max(sizes[path] ?? 0, bytes)
  }
}
