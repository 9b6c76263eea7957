/// Which processes and threads there were at one time, where each stood, and how much private
/// writable memory they had.
///
/// A process that has ended counts until its parent waits for it: so does the kernel under
/// RLIMIT_NPROC (getrlimit(2)) and pids.max, and some programs, GIMP 3 for instance, wait for none
/// of their many helpers.
struct TracedProcesses {
  /// A process or thread that is alive: its working folder and its address space.
  private struct Member {
    var folder: String
    /// Index into `spaces`.
    var space: Int
    /// The main thread of its process; itself for a process.
    var process: Int
    /// The process that has to wait for it; nil for threads and orphans.
    var parent: Int?
  }

  private var alive: [Int: Member] = [:]
  private var spaces: [Int: TracedMemory] = [:]
  private var spaceCount = 0
  /// Processes that are in clone(2), and what they asked it for.
  private var cloning: [(process: Int, sharesMemory: Bool, isThread: Bool)] = []
  /// Processes that have ended and were not waited for, and their parents.
  private var zombies: [Int: Int] = [:]
  private let firstFolder: String

  /// Processes and threads at one time.
  private(set) var countMax = 0
  /// More than one process, or another program: fork(2), or exec after the first.
  private(set) var makesProcesses = false
  /// Bytes of the largest process.
  private(set) var privateBytesMax = 0
  /// Bytes of all together.
  private(set) var allPrivateBytesMax = 0
  /// Memory that was writable and executable at one time.
  private(set) var makesCode = false

  /// Ids of the processes and threads that live.
  var living: some Collection<Int> { alive.keys }

  init(folder: String) {
    firstFolder = folder
  }

  static let cloneCalls: Set<String> = ["clone", "clone3", "fork", "vfork"]

  /// The working folder of a process.
  func folder(of process: Int) -> String { alive[process]?.folder ?? firstFolder }

  mutating func setFolder(_ process: Int, to folder: String) { alive[process]?.folder = folder }

  /// Registers a process at its first line.
  mutating func register(_ process: Int) {
    guard alive[process] == nil else { return }
    if let parent = cloning.popLast() {
      add(
        process, from: parent.process, sharesMemory: parent.sharesMemory,
        isThread: parent.isThread)
    } else {
      add(process, from: nil, sharesMemory: false, isThread: false)
    }
  }

  mutating func beginClone(_ process: Int, name: String, arguments: String) {
    let isThread = arguments.contains("CLONE_THREAD")
    cloning.append((process, name == "vfork" || arguments.contains("CLONE_VM"), isThread))
    if !isThread { makesProcesses = true }
  }

  mutating func finishClone(_ call: TracedCall) {
    let text = call.arguments.joined(separator: ",")
    let isThread = text.contains("CLONE_THREAD")
    if !isThread, call.succeeded { makesProcesses = true }
    let sharesMemory = call.name == "vfork" || text.contains("CLONE_VM")
    let child = call.result ?? -1
    if alive[child] == nil, child > 0, call.error == nil {
      add(child, from: call.process, sharesMemory: sharesMemory, isThread: isThread)
    }
    cloning.removeAll { $0.process == call.process }
  }

  mutating func end(_ process: Int) {
    guard let gone = alive.removeValue(forKey: process) else { return }
    release(gone.space)
    // Its own are waited for by init.
    if gone.process == process { zombies = zombies.filter { $0.value != process } }
    if let parent = gone.parent, alive[parent] != nil { zombies[process] = parent }
  }

  /// A process was waited for: wait4(2) returns its id, waitid(2) has it in its siginfo.
  mutating func finishWait(_ call: TracedCall) {
    guard call.error == nil else { return }
    if call.name == "wait4" { return zombies[call.result ?? 0] = nil }
    let text = call.arguments.joined(separator: ",")
    guard !text.contains("WNOWAIT"), let field = text.firstRange(of: "si_pid=") else { return }
    if let child = TracedCall.number(String(text[field.upperBound...])) { zombies[child] = nil }
  }

  static let waitCalls: Set<String> = ["wait4", "waitid"]

  /// exec(2): a new address space.
  mutating func execute(_ process: Int, isFirst: Bool) {
    if !isFirst { makesProcesses = true }
    guard let old = alive[process] else { return }
    spaceCount += 1
    spaces[spaceCount] = TracedMemory()
    alive[process]?.space = spaceCount
    release(old.space)
  }

  mutating func changeMemory(_ call: TracedCall) {
    guard let space = alive[call.process]?.space else { return }
    spaces[space]?.apply(call)
    guard let memory = spaces[space] else { return }
    makesCode = makesCode || memory.makesCode
    privateBytesMax = max(privateBytesMax, memory.privateBytes)
    allPrivateBytesMax = max(allPrivateBytesMax, spaces.values.reduce(0) { $0 + $1.privateBytes })
  }

  private mutating func add(
    _ process: Int, from parent: Int?, sharesMemory: Bool, isThread: Bool
  ) {
    let origin = parent.flatMap { alive[$0] }
    var space = origin?.space ?? 0
    if !sharesMemory || origin == nil {
      spaceCount += 1
      spaces[spaceCount] = spaces[space] ?? TracedMemory()
      space = spaceCount
    }
    alive[process] = Member(
      folder: origin?.folder ?? firstFolder, space: space,
      process: isThread ? origin?.process ?? process : process,
      parent: isThread ? nil : origin?.process)
    zombies[process] = nil
    countMax = max(countMax, alive.count + zombies.count)
  }

  private mutating func release(_ space: Int) {
    guard !alive.values.contains(where: { $0.space == space }) else { return }
    spaces[space] = nil
  }
}
