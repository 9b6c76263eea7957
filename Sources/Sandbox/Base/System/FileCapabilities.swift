internal import CCapability

/// The capabilities that a file gives to who executes it (capabilities(7), "File capabilities"),
/// read by libcap from the extended attribute `security.capability` in each of its versions.
struct FileCapabilities: Equatable, Sendable {
  /// As getcap(8) writes them, for instance `cap_net_raw=ep`. An attribute that grants nothing is
  /// `=`.
  let text: String
  /// The user id that is root where they count: version 3 of the attribute; 0 for the initial user
  /// namespace.
  let rootID: UInt32

  /// What the operator reads.
  var description: String {
    rootID == 0 ? text : "\(text) for the user namespace of root id \(rootID)"
  }

  /// What the file behind a descriptor carries; nil where it has no such attribute, also because
  /// its file system has none.
  ///
  /// - Parameter descriptor: open for reading: fgetxattr(2) refuses one of O_PATH.
  /// - Throws: `SystemCallFailure`: EOVERFLOW for capabilities of a user namespace whose root has
  ///   no id in this one, EINVAL for an attribute that libcap cannot read.
  static func read(
    _ descriptor: CInt, path: String
  ) throws(SystemCallFailure) -> FileCapabilities? {
    do throws(SystemCallFailure) {
      // SAFETY: `LibcapState` frees the state that cap_get_fd(3) returns, once.
      let state = try unsafe LibcapState("cap_get_fd", path) { unsafe cap_get_fd(descriptor) }
      return FileCapabilities(text: state.text ?? "capabilities", rootID: state.rootID)
    } catch {
      guard error.code == ENODATA || error.code == EOPNOTSUPP else { throw error }
      return nil
    }
  }
}
