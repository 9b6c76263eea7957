import Foundation
import Testing

/// What the programs are linked with, read from the programs themselves.
struct LinkTests {
  /// Everything that the process with root may load. The first three are the Swift runtime's own.
  private static let launcherMayNeed: Set<String> = [
    "libm.so.6", "libstdc++.so.6", "libgcc_s.so.1", "libc.so.6", "ld-linux-x86-64.so.2",
    "ld-linux-aarch64.so.1", "libcap.so.2",
  ]

  /// Marks of what parses, schedules or speaks to networks, as they stand in symbol names.
  private static let foreignMarks = [
    "dispatch_", "Foundation", "MHD_", "curl_", "sqlite3_", "RunnerHTTP", "RunnerCore",
    "TextFormats", "NetworkBase", "FileBase", "DigestBase", "SandboxFilter", "SandboxClient",
    "seccomp_syscall_resolve",
  ]

  private static func program(_ name: String) throws -> ELFFile {
    let folder = try #require(
      ProcessInfo.processInfo.environment["HTTP_RUNNER_BIN"],
      "HTTP_RUNNER_BIN must name the folder of the programs: run `make test`")
    return try ELFFile(path: folder + "/" + name)
  }

  // Proves P-069.
  @Test func `the launcher needs the C library and libcap and nothing else`() throws {
    let needed = try Set(Self.program("http-runner-launcher").needed)
    #expect(needed.contains("libc.so.6"))
    let extra = needed.subtracting(Self.launcherMayNeed).sorted()
    #expect(
      extra.isEmpty,
      "the launcher runs as root and must not load \(extra): what it does not load cannot be used")
  }

  // Proves P-069.
  @Test func `the launcher has no Foundation, Dispatch, HTTP, SQL, job or compiler code in it`()
    throws
  {
    let launcher = try Self.program("http-runner-launcher")
    // A stripped program would pass whatever is in it.
    #expect(launcher.hasSymbol(with: "swift_retain"), "the launcher has no symbol table")
    for mark in Self.foreignMarks {
      #expect(
        !launcher.hasSymbol(with: mark),
        "`\(mark)` is in the launcher, which runs as root: find who imports it, and cut it off")
    }
  }

  // Twin of P-069.
  @Test func `the same reading finds those libraries in the service`() throws {
    let service = try Self.program("http-runner")
    #expect(service.needed.contains { $0.hasPrefix("libmicrohttpd.so") })
    #expect(service.needed.contains { $0.hasPrefix("libcurl") })
    #expect(service.hasSymbol(with: "RunnerHTTP"))
    #expect(service.hasSymbol(with: "MHD_"))
    #expect(service.needed.contains("libseccomp.so.2"))
    #expect(service.hasSymbol(with: "SandboxFilter"))
  }

  @Test func `what is no ELF file is refused`() {
    #expect(throws: ELFFile.Malformed.self) { try ELFFile(Data("#!/bin/sh".utf8)) }
    #expect(throws: ELFFile.Malformed.self) {
      try ELFFile(Data([0x7f, 0x45, 0x4c, 0x46, 2, 1]))
    }
  }
}
