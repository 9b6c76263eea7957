@testable import RunnerCommand
import SandboxBase
import Testing

/// Which folders of /etc and /var/lib a program's packages own, by what dpkg-query says.
struct PackageFoldersTests {
  private static let listing = """
    mono-mcs\toptional\tc-sharp-compiler\t,libmono-corlib (>= 6) | other, libc6
    libmono-corlib\toptional\t\tlibc6,mono-common
    mono-common\toptional\t\t
    libmono-extra\toptional\t\t,libmono-corlib
    ghc\toptional\t\t,libc6, ghc-base-abc
    ghc-base\toptional\tghc-base-abc (= 4)\t
    libc6\toptional\t\t
    login\trequired\t\t,libc6
    cron\timportant\t\t,libc6
    ssh\toptional\t\t,libc6
    ssh-agent\toptional\t\t,libc6
    systemd\timportant\t\t,libc6
    """

  private static let files: [String: [String]] = [
    "mono-mcs": ["/usr/bin/mcs", "/etc/default"],
    "libmono-corlib": ["/etc", "/etc/mono", "/etc/mono/config", "/usr/lib/mono"],
    "libmono-extra": ["/etc/mono", "/etc/mono/extra"],
    "mono-common": ["/etc/mono", "/var/lib/mono", "/etc/init.d"],
    "ghc": ["/bin/ghc", "/var/lib/ghc", "/var/lib/ghc/package.conf.d"],
    "ghc-base": ["/var/lib/ghc"],
    "libc6": ["/usr/lib/libc.so.6"],
    "cron": ["/etc/init.d", "/etc/cron.d", "/etc/default", "/etc/ld.so.conf.d"],
    "login": ["/etc/default", "/usr/bin/login"],
    "ssh": ["/usr/bin/ssh-keygen", "/etc/ssh", "/etc/agent"],
    "ssh-agent": ["/etc/agent"],
    "systemd": ["/etc/ssh", "/etc/systemd"],
  ]

  private static func answer(_ arguments: [String]) -> String {
    switch arguments[0] {
    case "--show": return listing
    case "--listfiles":
      return arguments.dropFirst().flatMap { files[$0] ?? [] }.joined(separator: "\n")
    default:
      let found = arguments.dropFirst().compactMap { path -> String? in
        let owners = files.keys.filter { files[$0]?.contains(path) == true }.sorted()
        return owners.isEmpty ? nil : owners.joined(separator: ", ") + ":amd64: \(path)"
      }
      return (["diversion by dash from: /bin/sh"] + found).joined(separator: "\n")
    }
  }

  private func folders(of programs: Set<String>) throws -> [String: [String]] {
    try PackageFolders.folders(of: programs, query: Self.answer) { $0 != "/etc/mono/config" }
  }

  @Test func `folders of the package and of those that it depends on, and nobody else's`() throws {
    let found = try folders(of: ["/usr/bin/mcs"])
    // /etc/init.d and /etc/default are cron's as well, which does not build upon mono.
    #expect(found == ["/usr/bin/mcs": ["/etc/mono", "/var/lib/mono"]])
  }

  @Test func `a list from before /bin was merged is understood, and what others provide`() throws {
    let found = try folders(of: ["/usr/bin/ghc", "/usr/bin/mcs"])
    #expect(found["/usr/bin/ghc"] == ["/var/lib/ghc"])
    #expect(found["/usr/bin/mcs"]?.contains("/var/lib/ghc") == false)
  }

  @Test func `one package of the base system beside it takes a folder from no program`() throws {
    // Debian 13: systemd has a file in /etc/ssh. Another stranger's folder stays out.
    #expect(try folders(of: ["/usr/bin/ssh-keygen"]) == ["/usr/bin/ssh-keygen": ["/etc/ssh"]])
  }

  @Test func `what no package has brought has no folders`() throws {
    #expect(try folders(of: ["/opt/tool"]).values.allSatisfy(\.isEmpty))
    #expect(try folders(of: []).isEmpty)
  }
}
