/// A supplementary group of jobs, by name or number, or those of the entry's account. Never root's.
package enum GroupValue {
  /// Stands for the groups that the `user` of the entry is in.
  package static let ofUser = "@user"

  /// Checks the name or number of a group; whether the host has that group is not asked.
  ///
  /// - Returns: `text`, unchanged.
  /// - Throws: `ValueError` for root's group, and for what is no name or number.
  package static func parse(_ text: String) throws(ValueError) -> String {
    guard text != ofUser else { return text }
    guard text != "root", NumberValue.digits(text[...]) != 0 else {
      throw ValueError("Jobs are never in root's group; name another one.")
    }
    do throws(ValueError) {
      return try UserValue.parse(text)
    } catch {
      throw ValueError(
        "It must be the name or number of a group, or `\(ofUser)` for those of `user`.")
    }
  }
}
