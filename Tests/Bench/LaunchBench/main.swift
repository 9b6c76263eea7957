internal import Dispatch
internal import Glibc
import SandboxBase
import SandboxClient
import SandboxFilter
import SharedBounds
internal import Synchronization

/// Launches one program again and again through the real launcher, one after the other, and prints
/// for each launch the nanoseconds from the request to the end of everything.
///
///     launch-bench LAUNCHER PROGRAM COUNT [WITHOUT,...]
///
/// Layers that are named are left out, so that what each costs can be told. Beside those that
/// policy can drop there is `seccomp`, for a filter that allows everything, which no policy can
/// have; `+diagnose` puts the watching of refusals on top, and `+read=PATH` a path of `read`.
final class Stopwatch: LaunchSink {
  struct Times {
    var ended: UInt64 = 0
    var end: LaunchEnd?
  }

  let times = Mutex(Times())
  let done = DispatchSemaphore(value: 0)

  /// Nanoseconds of the monotonic clock.
  static func now() -> UInt64 {
    var time = timespec()
    _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  func output(
    _ stream: OutputStream, _ bytes: ArraySlice<UInt8>, resume: @escaping @Sendable () -> Void
  ) -> Bool { true }

  func ended(_ end: LaunchEnd) {
    times.withLock {
      $0.ended = Self.now()
      $0.end = end
    }
    done.signal()
  }
}

func run() throws {
  guard (4...5).contains(CommandLine.arguments.count), let count = Int(CommandLine.arguments[3])
  else {
    print("usage: launch-bench LAUNCHER PROGRAM COUNT [WITHOUT,...]")
    exit(EX_USAGE)
  }
  let first: UInt32 = 1_879_048_192
  let policy = LaunchPolicy(
    mode: getuid() == 0 ? .root : .sameUser,
    identities: IdentityRange(first: first, last: first + 15)!,
    workRoot: getuid() == 0 ? "/var/lib/http-runner" : "/var/lib/http-runner-\(getuid())",
    initFilter: try FilterRequest.compileInitFilter())
  var entry = EntryPolicy(path: CommandLine.arguments[2])
  _ = try entry.limits.lowerDefaultsToHost()
  var filter = try FilterRequest(entry).compile()
  for name in CommandLine.arguments.dropFirst(4).joined().split(separator: ",") {
    if name == "seccomp" {
      filter = [BPFInstruction(code: 6, jumpTrue: 0, jumpFalse: 0, k: 0x7fff_0000)]
      continue
    }
    if name == "+diagnose" {
      entry.diagnoses = true
      continue
    }
    if name.hasPrefix("+read=") {
      entry.readPaths.append(String(name.dropFirst("+read=".count)))
      continue
    }
    guard let layer = Layer(rawValue: String(name)), layer.isDroppable else {
      print("\(name) is no layer that can be left out")
      exit(EX_USAGE)
    }
    entry.dropped.insert(layer)
  }
  let watching = entry.diagnoses ? try FilterRequest(entry, diagnoses: true).compile() : []
  let connection = try LauncherConnection(programPath: CommandLine.arguments[1])
  _ = try connection.seal(
    policy, entries: [CompiledEntry(policy: entry, filter: filter, notifyingFilter: watching)])
  let client = try connection.client()
  client.start(onExit: { exit(EX_SOFTWARE) })
  for number in 1...count {
    let watch = Stopwatch()
    let begin = Stopwatch.now()
    client.launch(
      UInt64(number), entry: EntryID(index: 0), arguments: ArgumentList([])!, sink: watch)
    watch.done.wait()
    let times = watch.times.withLock { $0 }
    guard case .ended(let end) = times.end, !end.isSignal, end.value == 0 else {
      print("launch \(number) failed: \(String(describing: times.end))")
      exit(EX_SOFTWARE)
    }
    print(times.ended - begin)
  }
  client.stop()
  _ = LauncherConnection.waitForEnd(of: client.launcherPid)
}

try run()
