/// What every job sees, whatever its policy: programs and libraries, the few files of /etc that
/// they read, and places to write. Rows are read by people: each says why it is there.
package enum SystemTree {
  /// Path of the working folder in a job's tree: HOME and TMPDIR.
  package static let workPath = "/work"

  /// Places that the sandbox covers with its tmpfs.
  package static let scratchPaths = ["/tmp", "/var/tmp", "/dev/shm", workPath]

  /// Folders that must stand because something is mounted on them, or because programs look for
  /// them.
  static let folders = ["/proc", "/sys", "/run", "/var", "/dev", "/etc"] + scratchPaths

  /// Folders of programs and libraries. Where the host has a link, so has the job.
  static let programs = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"]

  /// What of the host's /etc is shown: nothing with a secret in it, and nothing that says who works
  /// here. What a host does not have is left out.
  static let settings: [(names: [String], because: String)] = [
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
    (["fonts", "ImageMagick-6", "ImageMagick-7", "magic", "magic.mime", "mime.types"], "media"),
    (["glvnd", "OpenCL", "vulkan", "vdpau_wrapper.cfg", "openal"], "hardware encoders"),
    (
      ["java-8-openjdk", "java-11-openjdk", "java-17-openjdk", "java-21-openjdk", "maven"],
      "Java keeps its settings here"
    ),
    (["perl", "python3", "python3.11", "python3.13", "php", "R"], "interpreters' site settings"),
    (["xml", "sgml", "terminfo", "inputrc", "debian_version", "os-release"], "looked up by many"),
  ]

  /// Data about processors and memory that libraries size their thread pools by.
  static let kernelData = ["/sys/devices/system/cpu", "/sys/devices/system/node"]

  /// Caches that are shared because making them anew costs seconds a job.
  static let caches = ["/var/cache/fontconfig", "/var/lib/ghostscript"]

  /// Nodes that every program may open. No terminal, no kernel memory, no disk.
  static let devices = ["null", "zero", "full", "random", "urandom"]

  static let deviceLinks = [
    ("/dev/fd", "/proc/self/fd"), ("/dev/stdin", "/proc/self/fd/0"),
    ("/dev/stdout", "/proc/self/fd/1"), ("/dev/stderr", "/proc/self/fd/2"),
  ]

  /// Whether every job sees `path` already, as it is on the host or as its own.
  package static func provides(_ path: String) -> Bool {
    let made = ["/etc/passwd", "/etc/group", "/etc/hosts", "/etc/resolv.conf"]
    let shown =
      programs + settings.flatMap(\.names).map { "/etc/\($0)" } + kernelData + caches + scratchPaths
      + ["/proc"]
    return made.contains(path) || folders.contains(path) || path == "/"
      || shown.contains { path == $0 || path.hasPrefix($0 + "/") }
  }

  /// Whether every job may open the device at `path`.
  package static func providesDevice(_ path: String) -> Bool {
    devices.contains { path == "/dev/\($0)" } || deviceLinks.contains { path == $0.0 }
      || path.hasPrefix("/dev/fd/")
  }
}
