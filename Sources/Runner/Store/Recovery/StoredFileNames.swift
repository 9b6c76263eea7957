import RunnerCore

/// Names of the files that rows of ended jobs speak of, beneath the state folder.
enum StoredFileNames {
  /// - Throws: `SQLFailure` where rows cannot be read.
  static func all(in database: inout SQLDatabase) throws(SQLFailure) -> [String] {
    try database.query(
      """
      SELECT job.id, ending.stdout IS NULL AND ending.stdoutKept > 0,
        ending.stderr IS NULL AND ending.stderrKept > 0, ending.files
      FROM ending JOIN job USING (sequence)
      WHERE ending.stdout IS NULL OR ending.stderr IS NULL OR length(ending.files) > 0
      """
    ) { (row: borrowing SQLRow) throws(SQLFailure) -> [String] in
      guard let id = JobID(bytes: row.blob(0)) else { return [] }
      var names: [String] = []
      if row.integer(1) != 0 { names.append("out/" + OutputFolder.path(of: id, .stdout)) }
      if row.integer(2) != 0 { names.append("out/" + OutputFolder.path(of: id, .stderr)) }
      for file in JobFileCodec.decode(row.blob(3)) ?? [] {
        names.append("files/\(id)/out/\(file.name.text)")
      }
      return names
    }.flatMap(\.self)
  }
}
