internal import SystemBase

/// What every job sees, whatever its policy: programs and libraries, the few files of /etc that
/// they read, and places to write. Rows are read by people: each says why it is there.
package enum SystemTree {
  /// Path of the working folder in a job's tree: HOME and TMPDIR.
  package static let workPath = "/work"

  /// Places that the sandbox covers with its tmpfs.
  package static let scratchPaths = ["/tmp", "/var/tmp", "/dev/shm", workPath]

  /// Where runtimes look for the limits of their cgroup.
  package static let cgroupPath = "/sys/fs/cgroup"

  /// Folders that must stand because something is mounted on them, or because programs look for
  /// them.
  package static let folders =
    ["/proc", "/sys", cgroupPath, "/run", "/var", "/dev", "/etc"] + scratchPaths

  /// Folders of programs and libraries. Where the host has a link, so has the job.
  package static let programs = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"]

  /// What of the host's /etc is shown: nothing with a secret in it, and nothing that says who works
  /// here. What a host does not have is left out. A `*` stands for a version. The settings of other
  /// programs are shown to their own jobs only, by `EntryPolicy.programFolders`.
  package static let settings: [(names: [String], because: String)] = [
    (
      ["ld.so.cache", "ld.so.conf", "ld.so.conf.d", "ld.so.preload", "alternatives"],
      "where libraries and programs are"
    ),
    (
      ["localtime", "timezone", "locale.alias", "locale.conf", "default/locale"],
      "time and language"
    ),
    (
      ["nsswitch.conf", "host.conf", "gai.conf", "protocols", "services", "networks"],
      "the C library's tables"
    ),
    (
      ["ssl/certs", "ssl/openssl.cnf", "ca-certificates", "ca-certificates.conf", "pki"],
      "whom TLS trusts; private keys are not among it"
    ),
    (["fonts", "ImageMagick-*", "magic", "magic.mime", "mime.types"], "media"),
    (["glvnd", "OpenCL", "vulkan", "vdpau_wrapper.cfg", "openal"], "hardware encoders"),
    (["java-*-openjdk", "maven"], "Java keeps its settings here"),
    (["perl", "python3*", "php", "R"], "interpreters' site settings"),
    (["xml", "sgml", "terminfo", "inputrc", "debian_version", "os-release"], "looked up by many"),
  ]

  /// Paths of `settings`.
  ///
  /// - Parameter names: what the host has in /etc.
  package static func settingPaths(among names: [String]) -> [String] {
    settings.flatMap(\.names).flatMap { setting in
      setting.utf8.contains(UInt8(ascii: "*"))
        ? names.filter { isVersion($0, of: setting) }.sorted() : [setting]
    }.map { "/etc/\($0)" }
  }

  /// Whether `name` is what a setting with a `*` stands for.
  private static func isVersion(_ name: String, of setting: String) -> Bool {
    let parts = setting.split(separator: "*", omittingEmptySubsequences: false)
    guard parts.count == 2 else { return name == setting }
    return name.hasPrefix(parts[0]) && name.hasSuffix(parts[1])
      && name.utf8.count >= parts[0].utf8.count + parts[1].utf8.count
  }

  /// Data about processors and memory that libraries size their thread pools by.
  package static let kernelData = ["/sys/devices/system/cpu", "/sys/devices/system/node"]

  /// Caches that are shared because making them anew costs seconds a job.
  package static let caches = ["/var/cache/fontconfig", "/var/lib/ghostscript"]

  /// A job's input where there is none. It is the host's own, because a job may open its input
  /// again by /dev/stdin.
  package static let nullPath = "/dev/null"

  /// Nodes that every program may open. No terminal, no kernel memory, no disk.
  package static let devices = ["null", "zero", "full", "random", "urandom"]

  static let deviceLinks = [
    ("/dev/fd", "/proc/self/fd"), ("/dev/stdin", "/proc/self/fd/0"),
    ("/dev/stdout", "/proc/self/fd/1"), ("/dev/stderr", "/proc/self/fd/2"),
  ]

  /// Links of every tree. getmntent(3) reads /etc/mtab.
  package static let links = deviceLinks + [("/etc/mtab", "../proc/self/mounts")]

  /// Whether every job sees `path` already, as it is on the host or as its own.
  package static func provides(_ path: String) -> Bool {
    let made = ["/etc/passwd", "/etc/group", "/etc/hosts", "/etc/resolv.conf", "/etc/mtab"]
    let name = path.fields(separatedBy: "/").dropFirst().first.map { [String($0)] } ?? []
    let shown =
      programs + settingPaths(among: name) + kernelData + caches + scratchPaths + ["/proc"]
    return made.contains(path) || folders.contains(path) || path == "/"
      || shown.contains { path == $0 || path.hasPrefix($0 + "/") }
  }

  /// Whether neither a folder nor anything in it is shown to every job.
  package static func lacks(_ folder: String) -> Bool {
    !provides(folder)
      && !settings.flatMap(\.names).contains { "/etc/\($0)".hasPrefix(folder + "/") }
  }

  /// Whether every job may open the device at `path`.
  package static func providesDevice(_ path: String) -> Bool {
    devices.contains { path == "/dev/\($0)" } || deviceLinks.contains { path == $0.0 }
      || path.hasPrefix("/dev/fd/")
  }
}
