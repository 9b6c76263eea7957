/// The C program whose output is different at every place, and which follows it (Tests/Counters),
/// compiled once per test process.
package enum Counters {
  /// Its path, in a folder that only root can write.
  package static func path() throws -> String { try compiled.get() }

  private static let compiled = Result<String, any Error> {
    try CProgram.compile("counters", from: "Counters")
  }
}
