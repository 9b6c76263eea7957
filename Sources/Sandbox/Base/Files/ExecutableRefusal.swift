/// What makes an executable unfit for the whitelist.
package enum ExecutableRefusal: UInt32, CaseIterable, Sendable, Error {
  case notAFile = 1
  case foreignOwner = 2
  case writable = 3
  case setUserID = 4
  case setGroupID = 5
  case fileCapability = 6
  case foreignFolder = 7
  case writableFolder = 8
  case tooManyLinks = 9
  case notExecutable = 10
  case nestedScript = 11
  case badInterpreterLine = 12
  case sharedFolder = 13
  case carriageReturn = 14
  case remoteFileSystem = 15

  /// What is wrong with the file: a clause without a full stop.
  package var explanation: String {
    switch self {
    case .notAFile: "it is not a regular file"
    case .foreignOwner: "it does not belong to root"
    case .writable: "others than root may write to it"
    case .setUserID: "it is set-uid"
    case .setGroupID: "it is set-gid"
    case .fileCapability: "it carries file capabilities"
    case .foreignFolder: "a folder on its path does not belong to root"
    case .writableFolder: "others than root may write to a folder on its path"
    case .tooManyLinks: "its path has too many symbolic links"
    case .notExecutable: "nobody may execute it"
    case .nestedScript: "its interpreter is itself a script"
    case .badInterpreterLine: "its #! line names no absolute path"
    case .sharedFolder: "a folder on its path is everybody's to write"
    case .carriageReturn: "its #! line ends in CR LF, as Windows writes it"
    case .remoteFileSystem:
      "it is on a file system that a server or another process answers for"
    }
  }

  /// What the operator can do about `path`.
  package func remedy(for path: String) -> String {
    switch self {
    case .notAFile, .nestedScript, .badInterpreterLine: "name a program file instead"
    case .foreignOwner: "chown root:root \(path)"
    case .foreignFolder:
      "choose a place in folders of root, or, if its owner needs it no more, chown root:root "
        + path
    case .writable, .writableFolder: "chmod go-w \(path)"
    case .setUserID, .setGroupID: "name a program without set-id bits; sudo and its like never fit"
    case .fileCapability: "setcap -r \(path), or name another program"
    case .tooManyLinks: "name the file that the links lead to"
    case .notExecutable: "chmod a+x \(path)"
    case .sharedFolder: "choose a place outside of \(path), which has to stay as it is"
    case .carriageReturn: "sed -i 's/\\r$//' \(path)"
    case .remoteFileSystem:
      "choose a place on a disk of this host, such as /usr/local: what is at \(path) may change "
        + "without root's doing, and all jobs would wait when it does not answer"
    }
  }
}
