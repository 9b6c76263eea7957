import TestSupport
import Testing

/// The folder that both conversations have: a program that is gone, and one that is locked.
enum ConversationFolder {
  static func path() throws -> String { try RootFolder.shared.get()("conversation") }

  /// Starts the server while both programs are still fit, then takes one away.
  static func startServer() throws -> RunningServer {
    let recording = try Recording.original.get()
    let path = try path()
    try Files.makeFolder(path)
    for name in ["gone", "locked"] {
      try Files.write("#!/bin/sh\n", to: "\(path)/\(name)", mode: 0o755)
    }
    let server = try RunningServer(
      whitelist: recording.whitelist.map { $0.replacing("FOLDER", with: path) })
    try Files.remove("\(path)/gone")
    try Files.setMode(0o644, of: "\(path)/locked")
    return server
  }
}

extension Trait where Self == SharedServer {
  static var conversation: Self { SharedServer { try ConversationFolder.startServer() } }
}
