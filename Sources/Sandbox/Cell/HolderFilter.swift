/// The filter of a cell's holder: the calls of its last report, and sleep. Anything else kills it,
/// and its cell with it.
enum HolderFilter {
  private static let rules: [SyscallRule] = [
    .allow("sendmsg", "close_range", because: "its one report"),
    .allow("ppoll", "restart_syscall", "rt_sigreturn", because: "sleeping"),
    .allow("exit_group", because: "the end of a report that nobody takes"),
  ]

  static func bytes() throws(SyscallNumbers.UnknownName) -> [UInt8] {
    FilterCompiler.compile(try SyscallNumbers.resolve(rules)).flatMap(\.bytes)
  }
}
