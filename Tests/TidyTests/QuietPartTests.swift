import Testing

/// Which tests run while nothing else does.
struct QuietPartTests {
  /// Of a suite whose other tests run beside others: the one that does not.
  private static let single = ["CallbackTests": "hundreds that are owed to a dead receiver"]

  @Test func `what is held against idle time is in a part of the suite that runs alone`() throws {
    let script = try #require(Repository.text("scripts/test.sh"))
    let users = Repository.files.filter { file in
      file.isBelow("Tests/ConfinementTests")
        && (file.text.contains("idleSeconds:") || file.text.contains("IdleTime()"))
    }
    #expect(users.count > 4)
    for user in users {
      let suite = String(user.path.split(separator: "/").last?.dropLast(".swift".count) ?? "")
      let name = Self.single[suite] ?? suite
      #expect(user.text.contains(name) && script.contains(name), "\(user.path): \(name)")
    }
    // The others are in the part `http`.
    let others = Repository.files.filter { file in
      file.isBelow("Tests") && !file.isBelow("Tests/ConfinementTests")
        && !file.isBelow("Tests/Support") && !file.isBelow("Tests/TidyTests")
        && file.text.contains("IdleTime()")
    }
    #expect(others.allSatisfy { $0.isBelow("Tests/RunnerHTTPTests") }, "\(others.map(\.path))")
  }

  @Test func `a time limit of a test is for one that hangs, not for a machine that is busy`() {
    let limit = ".timeLimit"
    let found = Repository.files.flatMap { file in
      file.isBelow("Tests")
        ? file.text.split(separator: "\n")
          .filter { $0.contains(limit + "(") && !$0.contains(limit + "(.minutes(30))") }
          .map { "\(file.path): \($0)" } : []
    }
    #expect(found == [], "all tests of a process begin at one time: 30 minutes")
  }
}
