import CSeccomp
import Glibc
@testable import SandboxBase
@testable import SandboxFilter

/// The same rules given to libseccomp, which knows nothing of our compiler.
///
/// libseccomp has no order of cases and no "otherwise" beside its one default, so each rule is
/// written as the disjoint regions of its arguments, each with its verdict.
enum ReferenceFilter {
  struct Failed: Error {
    let call: String
    let code: CInt
  }

  /// How libseccomp lays its program out (SCMP_FLTATR_CTL_OPTIMIZE of seccomp_attr_set(3)).
  enum Layout: UInt32, CaseIterable {
    /// One comparison after the other, by priority: the default.
    case linear = 1
    /// A binary tree over the numbers of the calls, from libseccomp 2.5.0.
    case binaryTree = 2
  }

  static func program(
    for filter: FilterCase, layout: Layout = .linear
  ) throws -> [BPFInstruction] {
    let unnamed = filter.defaults.unnamed
    guard let context = unsafe seccomp_init(unnamed.action) else {
      throw Failed(call: "seccomp_init", code: 0)
    }
    defer { unsafe seccomp_release(context) }
    let kill: UInt32 = 0x8000_0000
    try check("seccomp_attr_set", unsafe seccomp_attr_set(context, SCMP_FLTATR_ACT_BADARCH, kill))
    try check(
      "seccomp_attr_set",
      unsafe seccomp_attr_set(context, SCMP_FLTATR_CTL_OPTIMIZE, layout.rawValue))
    for (number, rule) in filter.rules {
      for region in Region.all(of: rule) where region.verdict != unnamed {
        let tests = region.tests.map {
          scmp_arg_cmp(
            arg: UInt32($0.argument), op: SCMP_CMP_MASKED_EQ, datum_a: $0.mask, datum_b: $0.value)
        }
        let code = unsafe tests.withUnsafeBufferPointer { tests in
          unsafe seccomp_rule_add_exact_array(
            context, region.verdict.action, CInt(number), UInt32(tests.count),
            tests.baseAddress)
        }
        try check("seccomp_rule_add_exact_array \(rule.names)", code)
      }
    }
    return unsafe try export(context)
  }

  private static func check(_ call: String, _ code: CInt) throws {
    guard code == 0 else { throw Failed(call: call, code: code) }
  }

  private static func export(_ context: scmp_filter_ctx) throws -> [BPFInstruction] {
    guard let file = unsafe tmpfile() else { throw Failed(call: "tmpfile", code: errno) }
    defer { unsafe fclose(file) }
    let number = unsafe fileno(file)
    try check("seccomp_export_bpf", unsafe seccomp_export_bpf(context, number))
    lseek(number, 0, SEEK_SET)
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    let count = unsafe bytes.withUnsafeMutableBytes {
      unsafe read(number, $0.baseAddress!, $0.count)
    }
    return stride(from: 0, to: count, by: BPFInstruction.byteCount).map { start in
      let word = (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[start + $1]) << (8 * UInt64($1)) }
      return BPFInstruction(
        code: UInt16(truncatingIfNeeded: word), jumpTrue: UInt8(truncatingIfNeeded: word >> 16),
        jumpFalse: UInt8(truncatingIfNeeded: word >> 24), k: UInt32(truncatingIfNeeded: word >> 32))
    }
  }
}

/// A part of a call's arguments that has one verdict.
struct Region {
  let tests: [ArgumentTest]
  let verdict: SyscallVerdict

  /// Regions that cover everything and do not meet.
  static func all(of rule: SyscallRule) -> [Region] {
    var regions: [Region] = []
    var rest: [[Int: ArgumentTest]] = [[:]]
    for next in rule.cases {
      var left: [[Int: ArgumentTest]] = []
      for known in rest {
        var inside: [Int: ArgumentTest]? = known
        for test in next.tests {
          guard let here = inside else { break }
          // What fails this test, one bit at a time: the first bits agree, the next does not.
          for bit in bits(of: test.mask) {
            let above = test.mask & ~((bit << 1) &- 1)
            let differing = ArgumentTest(
              argument: test.argument, mask: above | bit, value: (test.value & (above | bit)) ^ bit)
            if let part = narrowed(here, by: differing) { left.append(part) }
          }
          inside = narrowed(here, by: test)
        }
        if let inside { regions.append(Region(tests: Array(inside.values), verdict: next.verdict)) }
      }
      rest = left
    }
    return regions + rest.map { Region(tests: Array($0.values), verdict: rule.otherwise) }
  }

  /// Nil when both cannot hold.
  private static func narrowed(
    _ known: [Int: ArgumentTest], by test: ArgumentTest
  ) -> [Int: ArgumentTest]? {
    guard let old = known[test.argument] else {
      return known.merging([test.argument: test]) { $1 }
    }
    let shared = old.mask & test.mask
    guard old.value & shared == test.value & shared else { return nil }
    let both = ArgumentTest(
      argument: test.argument, mask: old.mask | test.mask, value: old.value | test.value)
    return known.merging([test.argument: both]) { $1 }
  }

  private static func bits(of mask: UInt64) -> [UInt64] {
    (0..<64).map { 1 << UInt64($0) }.filter { mask & $0 != 0 }
  }
}
