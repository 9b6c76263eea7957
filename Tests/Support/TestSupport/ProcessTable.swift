import Glibc

/// What /proc says about the processes of this machine.
package enum ProcessTable {
  /// `/proc/<id>/status` as facts by name, or nil if there is no such process.
  package static func status(_ id: Int32) -> [String: String]? {
    guard let text = Files.text(of: "/proc/\(id)/status"), !text.isEmpty else { return nil }
    let pairs = text.split(separator: "\n").compactMap { line -> (String, String)? in
      guard let colon = line.firstIndex(of: ":") else { return nil }
      let value = line[line.index(after: colon)...].split(whereSeparator: { " \t".contains($0) })
      return (String(line[..<colon]), value.joined(separator: " "))
    }
    return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
  }

  package static func all() -> [Int32] {
    (Files.entries(of: "/proc") ?? []).compactMap { Int32($0) }
  }

  /// Whether it lives. One that only waits to be reaped does not, nor one whose memory the kernel
  /// has taken already: the first process of a PID namespace stays so until all others are reaped.
  package static func lives(_ id: Int32) -> Bool {
    guard let status = status(id), let state = status["State"] else { return false }
    return !state.hasPrefix("Z") && !state.hasPrefix("X") && status["VmSize"] != nil
  }

  /// Living processes one of whose user ids is in `users`.
  package static func processes(of users: ClosedRange<UInt32>) -> [Int32] {
    all().filter { id in
      guard let status = status(id), let ids = status["Uid"], lives(id) else { return false }
      return ids.split(separator: " ").contains { UInt32($0).map { users.contains($0) } ?? false }
    }
  }

  /// `id` and everything beneath it, by parenthood.
  package static func family(of id: Int32) -> [Int32] {
    let parents = Dictionary(
      uniqueKeysWithValues: all().compactMap { child -> (Int32, Int32)? in
        status(child)?["PPid"].flatMap { Int32($0) }.map { (child, $0) }
      })
    var family = [id]
    var next = 0
    while next < family.count {
      family.append(contentsOf: parents.filter { $0.value == family[next] }.keys.sorted())
      next += 1
    }
    return family
  }

  /// The last part of the name of the program that a process runs.
  package static func program(of id: Int32) -> String? {
    Files.target(ofLink: "/proc/\(id)/exe")?.split(separator: "/").last.map { String($0) }
  }

  /// When it was started, in clock ticks since the machine was; the largest number if it is gone.
  package static func startTicks(of id: Int32) -> Int {
    let fields = Files.text(of: "/proc/\(id)/stat")?.split(separator: ")").last?
      .split(separator: " ")
    // Field 22 of proc_pid_stat(5); the name, which may hold blanks, is the second.
    return fields.flatMap { $0.count > 19 ? Int($0[19]) : nil } ?? .max
  }
}
