internal import CLinux
internal import Glibc
internal import SandboxBase
internal import SystemBase

/// What the kernel says of one process now (proc_pid_stat(5), proc_pid_statm(5)).
struct ProcessSample: Hashable {
  let pid: Int32
  var threads: UInt64 = 0
  /// Resident memory, files included.
  var residentBytes: UInt64 = 0
  /// Private writable address space: what RLIMIT_DATA bounds.
  var dataBytes: UInt64 = 0
  /// Processor time, with that of the children that it has waited for.
  var processorMicroseconds: UInt64 = 0

  private static let pageBytes = UInt64(sysconf(CInt(_SC_PAGESIZE)))
  private static let tickMicroseconds = 1_000_000 / UInt64(sysconf(CInt(_SC_CLK_TCK)))

  /// - Returns: nil for a process that is gone.
  init?(_ pid: Int32) {
    guard let stat = Self.text("/proc/\(pid)/stat"), let fields = Self.fields(ofStat: stat),
      let statm = Self.text("/proc/\(pid)/statm")
    else { return nil }
    self.init(pid: pid, stat: fields, statm: Self.numbers(statm))
  }

  /// - Parameters:
  ///   - stat: the numbers behind the name, from the state on, which is 0 here.
  ///   - statm: all its numbers.
  init?(pid: Int32, stat: [UInt64], statm: [UInt64]) {
    guard stat.count > 21, statm.count > 5 else { return nil }
    self.pid = pid
    threads = stat[17]
    residentBytes = Self.bytes(ofPages: statm[1])
    dataBytes = Self.bytes(ofPages: statm[5])
    processorMicroseconds = stat[11...14].reduce(0, &+) &* Self.tickMicroseconds
  }

  /// The largest multiple of a page that fits stands for all larger ones.
  private static func bytes(ofPages count: UInt64) -> UInt64 {
    min(count, .max / pageBytes) * pageBytes
  }

  /// The numbers of a line of /proc/PID/stat behind the name, which may contain anything.
  static func fields(ofStat line: [UInt8]) -> [UInt64]? {
    guard let end = line.lastIndex(of: UInt8(ascii: ")")) else { return nil }
    return numbers(line[(end + 1)...])
  }

  /// Numbers between white space; 0 for what is none.
  static func numbers(_ text: some Collection<UInt8>) -> [UInt64] {
    text.split { [UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n")].contains($0) }
      .map { CgroupFile.number(Array($0)[...]) ?? 0 }
  }

  /// Memory of one process by what backs it.
  struct MemoryUsage: Hashable {
    var anonymous: UInt64 = 0
    var shared: UInt64 = 0
  }

  /// Private memory, and shared memory that is no file of a disk.
  ///
  /// - Parameter isProportional: whether pages that several processes map are divided among them
  ///   (smaps_rollup), which takes a walk over the page tables; else they count in each.
  /// - Returns: nil for a process that is gone.
  func memoryUsage(isProportional: Bool) -> MemoryUsage? {
    if isProportional, let text = Self.text("/proc/\(pid)/smaps_rollup") {
      return MemoryUsage(
        anonymous: Self.kibibytes("Pss_Anon:", in: text),
        shared: Self.kibibytes("Pss_Shmem:", in: text))
    }
    guard let text = Self.text("/proc/\(pid)/status") else { return nil }
    return MemoryUsage(
      anonymous: Self.kibibytes("RssAnon:", in: text),
      shared: Self.kibibytes("RssShmem:", in: text))
  }

  /// The number of a line `Key:   123 kB`, in bytes; 0 where there is no such line.
  static func kibibytes(_ key: String, in text: [UInt8]) -> UInt64 {
    for line in text.split(separator: UInt8(ascii: "\n")) where line.starts(with: key.utf8) {
      return (numbers(line.dropFirst(key.utf8.count)).first ?? 0) << 10
    }
    return 0
  }

  /// How many descriptors it has open; 0 on kernels before 6.2, which do not say.
  var openFiles: UInt64 {
    do throws(SystemCallFailure) {
      let folder = try File.open("/proc/\(pid)/fd", LINUX_OPEN_PATH)
      return try File.status(folder.fd).size
    } catch {
      return 0
    }
  }

  /// The memory files (memfd_create(2)) that it holds, each with the memory that it takes.
  func memoryFiles() -> [MemoryFileUse] {
    do throws(SystemCallFailure) {
      let folder = try File.open("/proc/\(pid)/fd", LINUX_OPEN_FOLDER)
      var listing = FolderListing()
      var files: [MemoryFileUse] = []
      while case let names = try listing.next(of: folder.fd), !names.isEmpty {
        files += names.compactMap { MemoryFileUse($0, in: folder.fd) }
      }
      return files
    } catch {
      return []
    }
  }

  /// - Returns: nil for a process that is gone, or a full descriptor table of this process.
  private static func text(_ path: String) -> [UInt8]? {
    do throws(SystemCallFailure) {
      let file = try File.open(path, LINUX_OPEN_READ)
      return try File.head(file.fd, bytesMax: 4096)
    } catch {
      return nil
    }
  }
}
