extension KernelFeatures {
  /// Which namespaces can be made, and what can be done in them.
  package struct NamespaceSupport: Hashable, Sendable {
    /// Namespaces that can be made.
    package var namespaces: Set<Namespace> = Set(Namespace.allCases)
    /// The kernel's reason for each namespace that cannot be made.
    package var refusals: [Namespace: String] = [:]
    /// Why a /proc of its own cannot be mounted: container managers cover parts of theirs, and the
    /// kernel shows no process more than that. Empty where it can.
    package var procRefusal = ""
    /// The sysctl vm.memfd_noexec can be set, and belongs to the PID namespace (6.3).
    package var hasMemfdNoexec = true

    /// The support of a host where every namespace can be made.
    package init() {}
  }
}
