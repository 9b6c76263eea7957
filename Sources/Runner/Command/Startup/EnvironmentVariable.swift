internal import Glibc

/// Variables of the environment of this process, which never changes it (environ(7)).
enum EnvironmentVariable {
  /// The value of a variable; nil where it is not set.
  static func value(of name: String) -> String? {
    // SAFETY: getenv(3) returns a C string of the environment, which this process never changes; it
    // is copied.
    unsafe getenv(name).map { unsafe String(cString: $0) }
  }
}
