internal import Glibc

/// The threads of the service, by what runs on them and what they may wait for. docs/threads.md has
/// the same table in words; a test holds the two together.
///
/// A thread adopts its role once (`adopt`), or for one piece of work where a pool lends it (`run`).
/// Code that belongs to one thread says so with `assertCurrent`, code that waits for a disk with
/// `assertMayWaitForDisk`: both are checked in debug builds, and cost nothing in others.
package enum ThreadRole: UInt, CaseIterable, Sendable {
  /// The main thread: sigwait(3), then stop or reload.
  case signals = 1
  /// The thread of libmicrohttpd, which makes every callback of the library.
  case http
  /// Deadlines of connections, and sockets that linger.
  case connectionWatchdog
  /// Replies of the launcher, and the output pipes of every job.
  case launcherLoop
  /// Writes to output files.
  case diskWrites
  /// Reads from output files.
  case diskReads
  /// Transactions of the store.
  case storeWriter
  /// Queries of the store.
  case storeReader
  /// Room on the disk that is held for deletions.
  case diskReservation
  /// Lines of the audit log.
  case audit
  /// Encodes the bodies of callbacks, and writes long ones to the spool.
  case callbackEncoding
  /// libcurl: connects and sends callbacks.
  case callbacks

  /// How docs/threads.md names it.
  package var name: String {
    switch self {
    case .signals: "signals (main)"
    case .http: "HTTP"
    case .connectionWatchdog: "connection watchdog"
    case .launcherLoop: "launcher loop"
    case .diskWrites: "disk, writes"
    case .diskReads: "disk, reads"
    case .storeWriter: "store writer"
    case .storeReader: "store reader"
    case .diskReservation: "disk, reservation"
    case .audit: "audit log"
    case .callbackEncoding: "callback encoding"
    case .callbacks: "callbacks"
    }
  }

  /// Whether it may wait for a disk.
  package var mayWaitForDisk: Bool {
    switch self {
    case .signals, .http, .connectionWatchdog, .launcherLoop: false
    case .diskWrites, .diskReads, .storeWriter, .storeReader, .diskReservation,
      .audit, .callbackEncoding, .callbacks:
      true
    }
  }

  /// Role of the calling thread; nil for one that has none: a thread of the Swift runtime's pool,
  /// and of a program that is no service.
  package static var current: ThreadRole? {
    // SAFETY: pthread_getspecific(3) returns what `set` stored for this thread: a number, which is
    // not dereferenced, or nil.
    unsafe pthread_getspecific(key).flatMap { ThreadRole(rawValue: UInt(bitPattern: $0)) }
  }

  /// The calling thread has this role from now on.
  package func adopt() {
    Self.set(self)
  }

  /// Runs `body` in this role on a thread that a pool lends.
  package func run<Result>(_ body: () -> Result) -> Result {
    let before = Self.current
    Self.set(self)
    defer { Self.set(before) }
    return body()
  }

  /// Asserts that the calling thread has this role. Checked in debug builds only.
  package func assertCurrent(_ file: StaticString = #fileID, _ line: UInt = #line) {
    assert(
      Self.current == self,
      "runs on \(Self.current?.name ?? "a thread without a role"), and belongs to \(name)",
      file: file, line: line)
  }

  /// Asserts that the calling thread may wait for a disk: one without a role, or whose role says
  /// so. Checked in debug builds only.
  package static func assertMayWaitForDisk(
    _ file: StaticString = #fileID, _ line: UInt = #line
  ) {
    assert(
      current?.mayWaitForDisk ?? true,
      "waits for a disk on \(current?.name ?? ""), which may not",
      file: file, line: line)
  }

  private static func set(_ role: ThreadRole?) {
    // SAFETY: the pointer is a number that is stored and never dereferenced; the key has no
    // destructor.
    let code = unsafe pthread_setspecific(
      key, role.flatMap { unsafe UnsafeRawPointer(bitPattern: $0.rawValue) })
    precondition(code == 0, "no memory for a thread's role: \(code)")
  }

  /// The key of the role among a thread's own values: pthread_key_create(3).
  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    // SAFETY: pthread_key_create(3) writes one key, which is a local variable.
    let code = unsafe pthread_key_create(&key, nil)
    precondition(code == 0, "no key for the roles of threads: \(code)")
    return key
  }()
}
