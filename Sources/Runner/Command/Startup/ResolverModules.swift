internal import Glibc
internal import SandboxBase
internal import SystemBase

/// The modules by which the C library looks up host names (nsswitch.conf(5)), loaded before the
/// service is confined: from then on no code can be mapped.
enum ResolverModules {
  private static let configuration = "/etc/nsswitch.conf"
  /// Modules that are loaded at most.
  private static let countMax = 16

  /// Loads the modules of the database `hosts`. One that is not there is none of ours: the C
  /// library goes on without it.
  static func load() {
    guard let text = try? File.text(configuration) else { return }
    for name in names(in: text).prefix(countMax) {
      // SAFETY: the name is read during the call; the module stays loaded, and its handle is the
      // loader's.
      _ = unsafe dlopen("libnss_\(name).so.2", RTLD_NOW)
    }
  }

  /// The services of the line `hosts:`, without what stands in brackets.
  static func names(in text: String) -> [String] {
    for line in text.fields(separatedBy: "\n") {
      let words = line.utf8.prefix { $0 != UInt8(ascii: "#") }.split {
        $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t")
      }
      guard words.first.map({ Substring($0) }) == "hosts:" else { continue }
      return words.dropFirst().map { String(Substring($0)) }.filter { name in
        name.utf8.allSatisfy { byte in
          (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "_")
        }
      }
    }
    return []
  }
}
