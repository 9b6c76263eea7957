internal import SandboxBase

/// A program that was opened at the seal, to be started later.
final class PinnedProgram {
  let program: HelperProgram

  init(_ program: consuming HelperProgram) {
    self.program = program
  }
}
