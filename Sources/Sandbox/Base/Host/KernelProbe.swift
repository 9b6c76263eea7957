internal import CLinux
internal import Glibc
internal import SystemBase

/// Finds out what this host offers to this process. Nothing is concluded from a version: what can
/// be tried is tried, in children that leave nothing behind.
package enum KernelProbe {
  /// About a dozen short-lived children and one empty cgroup, made and removed: 5 to 20 ms.
  ///
  /// - Parameter triesCgroup: false where the caller makes a cgroup of its own: killed in the midst
  ///   of a trial, this process would leave one that no later start knows.
  /// - Throws: `SystemCallFailure` where even /proc cannot be read.
  package static func features(
    triesCgroup: Bool = true
  ) throws(SystemCallFailure) -> KernelFeatures {
    var features = KernelFeatures()
    features.release = try release()
    features.landlockABI = max(0, Int(linux_landlock_version()))
    features.landlockRefusal = refusal(linux_try(0, LINUX_TRIAL_LANDLOCK))
    features.seccompRefusal = refusal(linux_try(0, LINUX_TRIAL_FILTER))
    features.hasSeccomp = features.seccompRefusal.isEmpty
    features.hasSeccompListener = linux_try(0, LINUX_TRIAL_LISTENER) == 0
    features.hasKeyring = linux_try(0, LINUX_TRIAL_KEYRING) == 0
    features.own = support(inside: 0)
    features.inUserNamespace = support(inside: UInt32(LINUX_NAMESPACE_USER))
    if triesCgroup { features.cgroup = try controlGroups() }
    features.privilege = try privilege()
    features.corePattern = firstLine("/proc/sys/kernel/core_pattern") ?? ""
    features.userNamespacesMax = firstLine("/proc/sys/user/max_user_namespaces").flatMap {
      UInt64($0)
    }
    features.appArmorRestrictsUserNamespaces =
      firstLine("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == "1"
    return features
  }

  private static func release() throws(SystemCallFailure) -> String {
    var bytes = [UInt8](repeating: 0, count: 128)
    // SAFETY: the call writes at most `buffer.count` bytes, the size of the buffer.
    let count = unsafe bytes.withUnsafeMutableBufferPointer { buffer in
      unsafe linux_uname_release(buffer.baseAddress!, UInt32(buffer.count))
    }
    try checked("uname", count)
    return String(decoding: bytes.prefix(Int(count)), as: UTF8.self)
  }

  /// The kernel's reason, or nothing where there was none.
  package static func refusal(_ answer: Int32) -> String {
    guard answer < 0 else { return "" }
    return "\(ErrorCode.message(-answer)) (\(ErrorCode.name(-answer)))"
  }

  /// The first line of a file of /proc or /sys; nil where this kernel has no such file, or does not
  /// let this process read it.
  static func firstLine(_ path: String) -> String? {
    do throws(SystemCallFailure) {
      return try File.text(path).fields(separatedBy: "\n").first.map(String.init)
    } catch {
      return nil
    }
  }

  /// What one set of rights can make; `base` is what each trial is wrapped in.
  private static func support(inside base: UInt32) -> KernelFeatures.NamespaceSupport {
    var support = KernelFeatures.NamespaceSupport()
    for (namespace, flag) in flags {
      let trial = namespace == .mount ? LINUX_TRIAL_PRIVATE_MOUNTS : LINUX_TRIAL_NOTHING
      let answer = linux_try(base | flag, trial)
      guard answer < 0 else { continue }
      support.namespaces.remove(namespace)
      support.refusals[namespace] = refusal(answer)
    }
    let process = UInt32(LINUX_NAMESPACE_PID)
    let mount = UInt32(LINUX_NAMESPACE_MOUNT)
    support.procRefusal = refusal(linux_try(base | process | mount, LINUX_TRIAL_PROC))
    support.hasMemfdNoexec = linux_try(base | process, LINUX_TRIAL_MEMFD_NOEXEC) == 0
    return support
  }

  private static let flags: [(KernelFeatures.Namespace, UInt32)] = [
    (.pid, UInt32(LINUX_NAMESPACE_PID)), (.mount, UInt32(LINUX_NAMESPACE_MOUNT)),
    (.network, UInt32(LINUX_NAMESPACE_NETWORK)), (.ipc, UInt32(LINUX_NAMESPACE_IPC)),
    (.uts, UInt32(LINUX_NAMESPACE_UTS)), (.cgroup, UInt32(LINUX_NAMESPACE_CGROUP)),
    (.user, UInt32(LINUX_NAMESPACE_USER)),
  ]
}
