import Foundation
@testable import SandboxBase
@testable import SandboxFilter
import Testing

/// Our program beside what libseccomp makes of the same rules, in its list and in its binary tree.
///
/// What an instruction costs is measured by `make bench-filters`, for which this writes the
/// programs into the folder that HTTP_RUNNER_FILTER_FOLDER names.
struct FilterSizeTests {
  @Test(arguments: SyscallProfile.allCases)
  func `our filter is shorter than both of libseccomp's`(_ profile: SyscallProfile) throws {
    let filter = try FilterCase(profile.rawValue, FilterRequest(profile: profile))
    let ours = filter.machine.program
    let linear = try ReferenceFilter.program(for: filter, layout: .linear)
    let tree = try ReferenceFilter.program(for: filter, layout: .binaryTree)
    #expect(ours.count < linear.count && ours.count < tree.count)
    guard let folder = ProcessInfo.processInfo.environment["HTTP_RUNNER_FILTER_FOLDER"],
      !folder.isEmpty
    else { return }
    for (name, program) in [("ours", ours), ("linear", linear), ("tree", tree)] {
      let path = "\(folder)/\(profile.rawValue)-\(name)"
      try Data(program.flatMap(\.bytes)).write(to: URL(fileURLWithPath: path))
    }
  }
}
