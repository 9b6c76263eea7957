/// Everything that was seen of one run.
struct TraceObservation {
  /// The program whose calls count; what ran before it (the tool that drops privilege) does not.
  let program: String
  private(set) var processes: TracedProcesses
  private(set) var files = TracedFiles()
  private(set) var network = TracedNetwork()
  /// Names of calls that were made.
  private(set) var calls: Set<String> = []
  /// The largest descriptor.
  private(set) var descriptorMax = 2
  private var hasStarted = false
  /// The program's own process; nil before it and after its end.
  private var mainProcess: Int?
  private var parser = StraceParser()

  /// - Parameter folder: where the program was started.
  init(program: String, folder: String) {
    self.program = program
    processes = TracedProcesses(folder: folder)
  }

  /// The program was executed at all.
  var isComplete: Bool { hasStarted }
  var unparsedLines: Int { parser.unparsedLines }
  /// What lives although the program has ended, a daemon for instance. A job's end is its end.
  var remaining: [Int] { isComplete && mainProcess == nil ? Array(processes.living) : [] }

  mutating func read(_ line: ArraySlice<UInt8>) {
    switch parser.read(line) {
    case nil: break
    case .exited(let process):
      processes.end(process)
      if process == mainProcess { mainProcess = nil }
    case .begun(let process, let name, let arguments):
      guard hasStarted else { return }
      processes.register(process)
      if TracedProcesses.cloneCalls.contains(name) {
        processes.beginClone(process, name: name, arguments: arguments)
      }
    case .call(let call): apply(call)
    }
  }

  private mutating func apply(_ call: TracedCall) {
    let isExec = call.name == "execve" || call.name == "execveat"
    guard hasStarted else {
      guard isExec, call.error == nil, call.path(0) == program else { return }
      hasStarted = true
      mainProcess = call.process
      processes.register(call.process)
      processes.execute(call.process, isFirst: true)
      calls.insert(call.name)
      return
    }
    processes.register(call.process)
    // A number that strace does not know has no name that a policy could have.
    if !call.name.hasPrefix("syscall_"), call.error != "ENOSYS" { calls.insert(call.name) }
    if TracedProcesses.cloneCalls.contains(call.name) { processes.finishClone(call) }
    if TracedProcesses.waitCalls.contains(call.name) { processes.finishWait(call) }
    if isExec, call.error == nil { processes.execute(call.process, isFirst: false) }
    if TracedMemory.calls.contains(call.name) { processes.changeMemory(call) }
    if TracedNetwork.calls.contains(call.name) { network.apply(call) }
    files.apply(call, folder: processes.folder(of: call.process))
    if call.resultObject != nil, let number = call.result {
      descriptorMax = max(descriptorMax, number)
    }
    updateFolder(call)
  }

  /// Updates the working folder of the process.
  private mutating func updateFolder(_ call: TracedCall) {
    guard call.error == nil else { return }
    switch call.name {
    case "chdir":
      guard let path = call.path(0) else { return }
      let folder = processes.folder(of: call.process)
      processes.setFolder(call.process, to: TracedPaths.absolute(path, in: folder))
    case "fchdir":
      if let folder = call.object(0) { processes.setFolder(call.process, to: folder) }
    case "getcwd":
      if let folder = call.path(0) { processes.setFolder(call.process, to: folder) }
    default: break
    }
  }
}
