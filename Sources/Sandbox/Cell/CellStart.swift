internal import CLaunch
internal import CLinux

/// Makes one cell: lays the plan out in memory and makes the call. The only place that builds a
/// `cell_plan`.
struct CellStart {
  let kind: CellKind
  let rules: [CellTemplate.Rule]
  /// The holder's own ids; nil where it keeps the preparer's.
  let holder: UInt32?
  /// The holder's filter.
  let filter: [UInt8]
  /// The end of the report's channel that the holder writes to.
  let report: CInt
  /// The preparer's own end of it.
  let preparersEnd: CInt

  /// The same in every cell.
  private static let hostName = "job"

  /// - Returns: a pidfd of the holder; what it reports comes through the channel.
  func run() throws(SystemCallFailure) -> Descriptor {
    var block: [UInt8] = []
    var starts: [Int] = []
    let options = "size=\(kind.scratchBytes),nr_inodes=\(kind.scratchInodes),mode=0755"
    for text in [Self.hostName, options] + rules.map(\.path) {
      starts.append(block.count)
      block.append(contentsOf: text.utf8)
      block.append(0)
    }
    let pidfd = unsafe block.withUnsafeBytes { bytes in
      let base = unsafe bytes.baseAddress!.assumingMemoryBound(to: CChar.self)
      let paths = unsafe starts.map { unsafe base + $0 }
      return unsafe start(hostName: paths[0], options: paths[1], paths: Array(paths.dropFirst(2)))
    }
    return Descriptor(adopting: try checked("clone3", "cell", pidfd))
  }

  private func start(
    hostName: UnsafePointer<CChar>, options: UnsafePointer<CChar>, paths: [UnsafePointer<CChar>]
  ) -> Int32 {
    let pathRules = unsafe zip(rules, paths).map { rule, path in
      unsafe cell_path_rule(path: path, access: rule.access)
    }
    let portRules = kind.ports.map {
      cell_port_rule(port: UInt64($0.number), access: $0.access)
    }
    var namespaces = kind.namespaces
    if kind.network == .own || kind.network == .loopback { namespaces |= CELL_NETWORK.rawValue }
    return unsafe pathRules.withUnsafeBufferPointer { pathRules in
      unsafe portRules.withUnsafeBufferPointer { portRules in
        unsafe filter.withUnsafeBytes { filter in
          var plan = unsafe cell_plan(
            namespaces: namespaces, has_loopback: kind.network == .loopback ? 1 : 0,
            forbids_memory_files: kind.forbidsMemoryFiles ? 1 : 0,
            forbids_programs: kind.forbidsNewCode ? 1 : 0, holder_uid: holder ?? 0,
            holder_gid: holder ?? 0, keeps_ids: holder == nil ? 1 : 0,
            scratch_options: kind.hasTree ? options : nil, host_name: hostName,
            handled_files: kind.handledFiles, handled_ports: kind.handledPorts,
            scoped: kind.scoped, path_rule_count: UInt32(pathRules.count),
            port_rule_count: UInt32(portRules.count), path_rules: pathRules.baseAddress,
            port_rules: portRules.baseAddress,
            filter_length: UInt32(filter.count / BPFInstruction.byteCount),
            filter: filter.baseAddress!, report_fd: report, preparer_fd: preparersEnd)
          return unsafe cell_start(&plan)
        }
      }
    }
  }
}
