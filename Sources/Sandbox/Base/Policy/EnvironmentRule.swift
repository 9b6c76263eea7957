/// Variables beside the four that every job has.
package struct EnvironmentRule: Hashable, Sendable {
  /// A variable of a job (environ(7)).
  package struct Variable: Hashable, Sendable {
    /// Its name, one that `isName` accepts.
    package let name: String
    /// Its value; at most `valueBytesMax` bytes, without NUL.
    package let value: String

    /// A variable, which is not checked here.
    package init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// Variables that every job of the entry has.
  package var fixed: [Variable] = []
  /// Names of variables that requests may set; no others.
  package var allowed: [String] = []

  /// Entries of `fixed` and of `allowed` at most; also what one job has of both together.
  package static let countMax = 64
  /// Bytes of one value at most.
  package static let valueBytesMax = 8 << 10

  /// A rule that fixes no variable and allows none.
  package init() {}

  /// Letters, digits and underscores, not beginning with a digit (POSIX, Base Definitions, 8.1).
  package static func isName(_ name: String) -> Bool {
    let isLetter = { (byte: UInt8) in
      byte == UInt8(ascii: "_") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
        || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }
    let isDigit = { (byte: UInt8) in (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
    guard let first = name.utf8.first, isLetter(first), name.utf8.count <= 128 else { return false }
    return name.utf8.allSatisfy { isLetter($0) || isDigit($0) }
  }

  /// Variables that change what a program loads or runs before its own first line. No request may
  /// set them, whatever policy says; policy itself may fix them.
  package static func isDangerous(_ name: String) -> Bool {
    let prefixes = [
      "LD_", "DYLD_", "GLIBC_", "MALLOC_", "BASH_FUNC_", "PERL5", "PYTHON", "RUBY", "NODE_",
      "JAVA_", "JDK_", "_JAVA_", "GIT_", "GCONV_", "SSL_", "OPENSSL_",
    ]
    let names: Set = [
      "PATH", "HOME", "TMPDIR", "IFS", "ENV", "BASH_ENV", "SHELLOPTS", "BASHOPTS", "PS4",
      "PROMPT_COMMAND", "NLSPATH", "LOCPATH", "RES_OPTIONS", "HOSTALIASES", "LOCALDOMAIN", "TZDIR",
      "GETCONF_DIR", "PERLLIB", "LUA_INIT", "LUA_PATH", "LUA_CPATH", "CLASSPATH", "PAGER",
      "EDITOR", "VISUAL", "SHELL", "TERMINFO", "TERMINFO_DIRS", "RESOLV_HOST_CONF",
    ]
    return names.contains(name) || prefixes.contains { name.hasPrefix($0) }
  }
}
