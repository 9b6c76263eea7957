import Testing

/// Who imports whom.
struct ImportTests {
  private static func findings(_ path: String, _ text: String) -> [Finding] {
    ImportTable.findings(in: SourceFile(path: path, text: text))
  }

  @Test func `every import of the sources is in the table`() {
    for file in Repository.sources { expectNone(ImportTable.findings(in: file)) }
  }

  @Test(arguments: [
    ("Sources/Runner/Core/A.swift", "RunnerHTTP"), ("Sources/Runner/Core/A.swift", "Glibc"),
    ("Sources/Runner/HTTP/A.swift", "Sandbox"), ("Sources/Runner/HTTP/A.swift", "CLaunch"),
    ("Sources/Runner/Command/A.swift", "CLinux"), ("Sources/Runner/Command/A.swift", "CCurl"),
    ("Sources/Runner/Callbacks/A.swift", "RunnerHTTP"),
    ("Sources/Sandbox/Base/A.swift", "Foundation"),
    ("Sources/Sandbox/Launcher/A.swift", "RunnerCore"), ("Sources/Launcher/main.swift", "Dispatch"),
    ("Sources/Runner/HTTP/A.swift", "Unheard"), ("Sources/Runner/HTTP/A.swift", "CMicroHTTPD"),
  ])
  func `an import past the table is found`(_ path: String, _ module: String) {
    for line in [
      "import \(module)", "package import \(module)", "@testable import \(module)",
      "import struct \(module).A", "@preconcurrency public import \(module)",
    ] {
      #expect(Self.findings(path, "// A\n" + line).map(\.line) == [2])
    }
  }

  @Test func `imports of the table pass`() {
    #expect(
      Self.findings("Sources/Sandbox/Launcher/A.swift", "import CLaunch\nimport Glibc").isEmpty)
    #expect(Self.findings("Sources/Runner/Core/A.swift", "// import Glibc\n\"import A\"").isEmpty)
  }

  @Test func `a folder that the table does not have is found`() {
    #expect(Self.findings("Sources/New/A.swift", "").count == 1)
  }
}
