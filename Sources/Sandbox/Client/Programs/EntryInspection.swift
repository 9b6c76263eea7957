internal import CLinux
internal import Glibc
package import SandboxBase

/// Looks at the files that a policy names, as the launcher does at its start, and tells all that is
/// wrong with them.
package enum EntryInspection {
  /// One thing that the launcher would refuse.
  package struct Finding: Hashable, Sendable {
    /// The setting, as `read[0]`.
    package let key: String
    /// What is wrong, and what to do: sentences.
    package let text: String
  }

  /// Faults of the executable.
  package static func executableFaults(of policy: EntryPolicy) -> [Finding] {
    do throws(TrustedPath.Refusal) {
      _ = try Executable(name: policy.path, avoiding: try remoteMounts())
      return []
    } catch {
      return [Finding(key: "path", text: error.text(ofEntry: policy.path))]
    }
  }

  /// Faults of the paths and devices that jobs are to see.
  package static func pathFaults(of policy: EntryPolicy) -> [Finding] {
    let lists = [
      ("read", policy.readPaths), ("write", policy.writePaths), ("devices", policy.devices),
    ]
    return lists.flatMap { key, paths in
      paths.enumerated().compactMap { index, path in
        refusal(of: policy.source(of: path)).map {
          Finding(key: "\(key)[\(index)]", text: "\(path): \($0)")
        }
      }
    }
  }

  /// What is wrong with the folder of the working folders, of which the last part may be missing;
  /// nil for nothing.
  package static func workFolderFault(_ path: String) -> String? {
    do throws(TrustedPath.Refusal) {
      let remote = try remoteMounts()
      do throws(TrustedPath.Refusal) {
        _ = try TrustedPath.resolve(path, avoiding: remote)
      } catch {
        guard case .kernel(let failure) = error, failure.code == ENOENT,
          let slash = path.lastIndex(of: "/"), slash > path.startIndex
        else { throw error }
        _ = try TrustedPath.resolve(String(path[..<slash]), avoiding: remote)
      }
      return nil
    } catch {
      return error.text(ofWorkFolder: path)
    }
  }

  private static func remoteMounts() throws(TrustedPath.Refusal) -> RemoteMountTable {
    do throws(SystemCallFailure) {
      return try RemoteMountTable.current()
    } catch {
      throw .kernel(error)
    }
  }

  private static func refusal(of path: String) -> String? {
    do throws(SystemCallFailure) {
      _ = try File.openExact(path)
      return nil
    } catch {
      switch error.code {
      case ENOENT, ENOTDIR: return "This host has no such path."
      case ELOOP: return "A part of it is a symbolic link. Name the path without links: realpath."
      default: return "It cannot be opened: \(error)."
      }
    }
  }
}
