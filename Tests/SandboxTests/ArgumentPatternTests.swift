@testable import SandboxBase
import TestSupport
import Testing

/// Patterns of arguments: what they are, and what they match.
struct ArgumentPatternTests {
  private static let folders = ArgumentFolders(readPaths: ["/srv/in"], writePaths: ["/srv/out"])

  private func matches(_ pattern: String, _ argument: String) throws -> Bool {
    try ArgumentPattern(pattern).matches(argument, in: Self.folders)
  }

  @Test(arguments: [
    ("", ["": true, "a": false]), ("a", ["a": true, "A": false, "aa": false, "": false]),
    ("*", ["": true, "a/b": true]), ("**a", ["a": true, "ba": true, "b": false]),
    ("a*b*c", ["abc": true, "abbcc": true, "acb": false, "xabc": false, "abcx": false]),
    ("?", ["a": true, "\u{e9}": true, "\u{1f600}": true, "": false, "ab": false]),
    ("*?", ["\u{1f600}": true, "": false]),
    ("a?c", ["abc": true, "a\u{20ac}c": true, "ac": false]),
    ("\\*\\?\\{\\}\\\\", ["*?{}\\": true, "a": false]),
    (
      "{int}",
      ["0": true, "-12": true, "007": true, "+1": false, "": false, "-": false, "1.0": false]
    ),
    (
      "{int}",
      ["999999999999999999": true, "1000000000000000000": false, "1e3": false, " 1": false]
    ),
    ("{int:-2-7680}", ["-2": true, "-1": true, "7680": true, "-3": false, "7681": false]),
    ("{int:-5--3}", ["-4": true, "-2": false]),
    ("{int:10-20}", ["9": false, "15": true, "150": false]),
    ("{int}{int}", ["12": true, "1": false]),
    ("{int:1-9}k", ["5k": true, "k": false, "10k": false]),
    (
      "{number}", ["1": true, "-1.5": true, "1.": false, ".5": false, "1.5.2": false, "1e3": false]
    ),
    (
      "{word}",
      ["a": true, "_a.b-c": true, "9": true, "-a": false, ".": false, "..": false, "a b": false]
    ),
    ("{word}={word}", ["a=b": true, "=b": false, "a=": false, "a=b=c": false]),
    ("{text}", ["a b": true, "\u{e9}-": true, "-a": false, "": false]),
    ("x={text}", ["x=-a": false, "x=a": true]),
    ("{one:a|bc|a*}", ["a": true, "bc": true, "a*": true, "ab": false, "": false]),
    ("{one:a|ab}c", ["ac": true, "abc": true]),
    ("{one:x\\|y|\\}}", ["x|y": true, "}": true, "x": false]),
    ("-b:{one:v|a}", ["-b:v": true, "-b:s": false]),
  ])
  func `a pattern matches whole arguments`(pattern: String, arguments: [String: Bool]) throws {
    for (argument, expected) in arguments {
      #expect(try matches(pattern, argument) == expected, "`\(pattern)` and `\(argument)`")
    }
  }

  @Test(arguments: [
    ("/srv/in", true, false), ("/srv/in/a", true, false), ("/srv/out/a", true, true),
    ("/srv/inn", false, false), ("/srv", false, false), ("/", false, false), ("", false, false),
    ("a", true, true), ("a/b.c", true, true), ("a:b", false, false), ("a/b:c", true, true),
    ("./a", false, false), ("../a", false, false), ("a/../b", false, false), ("a/", false, false),
    ("a//b", false, false), ("/srv/in/../x", false, false), ("/srv/in/.", false, false),
    ("//srv/in/a", false, false), ("/srv/in//a", false, false), ("-a", false, false),
    ("@a", false, false), ("@/srv/in/a", false, false), ("a@b", true, true),
    ("...", true, true), ("a\u{7f}", false, false), ("/srv/in/a\n", false, false),
    ("/srv/out/ü: a", true, true), ("http://a", false, false), ("C:/a", false, false),
  ])
  func `a path is judged by its spelling and its folder`(
    path: String, isReadable: Bool, isWritable: Bool
  ) throws {
    #expect(try matches("{path:read}", path) == isReadable, "\(path)")
    #expect(try matches("{path:write}", path) == isWritable, "\(path)")
    #expect(try matches("in={path:read}", "in=" + path) == isReadable, "\(path)")
  }

  @Test(arguments: [
    (
      "{path:write:.mp4|.mkv}",
      [
        "a.mp4": true, "/srv/out/b.mkv": true, "a.mp4x": false,
        "a.MP4": false, ".mp4": false, "a.mp4/b": false, "/srv/in/a.mp4": false, "a.m3u8": false,
      ]
    ),
    ("{path:read:.tar.gz}", ["/srv/in/a.tar.gz": true, "a.gz": false]),
    (
      "{path:write}",
      [
        "out%03d.png": false, "a%d/b": false, "100%.mkv": true, "a%b": true,
        "a%%": true, "%(title)s": false,
      ]
    ),
    ("{path:write:%.png|.mp4}", ["out%03d.png": true, "out%03d.mp4": false, "a.png": true]),
    ("{path:write:%}", ["out%03d.png": true, "a": true]), ("{path:read}", ["in%03d.png": true]),
  ])
  func `a path can be held to ends of its name, and to one file`(
    pattern: String, paths: [String: Bool]
  ) throws {
    for (path, expected) in paths {
      #expect(try matches(pattern, path) == expected, "`\(pattern)` and `\(path)`")
    }
  }

  @Test(arguments: [
    ("https://a.example/b?c#d", true), ("https://1.2.3.4:8080", true), ("https://a", true),
    ("http://a", false), ("HTTPS://a", false), ("https:/a", false), ("https://", false),
    ("https://u@a/", false), ("https://u:p@a/", false), ("https://a:b/", false),
    ("https://a:/", false),
    ("https://a:123456", false), ("https://a b", false), ("https://a/b c", false),
    ("https://a\\@b/", false), ("https://a/\\b", false), ("https://-a", false),
    ("https://.a", false),
    ("https://a/\u{e9}", false), ("https://a\n", false), ("https://[::1]/", false),
  ])
  func `a URL has a host and no second meaning`(text: String, expected: Bool) throws {
    #expect(try matches("{url:https}", text) == expected, "\(text)")
    #expect(try matches("{url:ftp|https}", text) == expected, "\(text)")
  }

  @Test(arguments: [
    ("a}", 1, "closes nothing"), ("{int", 0, "never closed"), ("ab{", 2, "never closed"),
    ("a\\", 1, "before nothing"), ("{int:}", 0, "{int:1-100}"), ("{int:5}", 0, "{int:1-100}"),
    ("{int:2-1}", 0, "{int:1-100}"), ("{int:1-1e3}", 0, "{int:1-100}"), ("x{nit}", 1, "no such"),
    ("{}", 0, "no such"), ("{path}", 0, "no such"), ("{path:exec}", 0, "no such"),
    ("{one:}", 0, "no such"), ("{one:a||b}", 0, "no such"), ("{word:a}", 0, "no such"),
    ("{url:}", 0, "no such"), ("{url:HTTPS}", 0, "no such"), ("{url:a:b}", 0, "no such"),
    ("{path:write:}", 0, "no such"), ("{path:write:mp4}", 0, "no such"),
    ("{path:write:.a/b}", 0, "no such"), ("{path:read:%}", 0, "no such"),
    ("{path:write|.mp4}", 0, "no such"),
    ("{path:read}x", 11, "end a pattern"), ("{path:read}{path:read}", 11, "end a pattern"),
    ("{url:https}*", 11, "end a pattern"), ("*{path:read}", 1, "may not stand before"),
    ("a={word}{path:write}", 8, "may not stand before"), ("a\u{0}", 1, "NUL"),
    ("{int:0-9999999999999999999}", 0, "{int:1-100}"),
  ])
  func `what is no pattern is refused with its place`(pattern: String, offset: Int, why: String) {
    let fault = #expect(throws: ArgumentPattern.ParseError.self) {
      _ = try ArgumentPattern(pattern)
    }
    #expect(
      fault?.offset == offset && fault?.why.contains(why) == true, "\(pattern): \(fault as Any)")
  }

  @Test func `patterns are bounded`() throws {
    _ = try ArgumentPattern(String(repeating: "a", count: 1024))
    _ = try ArgumentPattern(String(repeating: "?", count: 64))
    for pattern in [String(repeating: "a", count: 1025), String(repeating: "?", count: 65)] {
      #expect(throws: ArgumentPattern.ParseError.self) { _ = try ArgumentPattern(pattern) }
    }
  }

  /// Backtracking would take longer than the world lasts.
  @Test func `what is slow elsewhere is not slow here`() throws {
    let long = String(repeating: "a", count: 4096)
    for part in ["*a", "{word}?", "{text}", "{one:a|aa|aaa}", "{int}*"] {
      let pattern = String(repeating: part, count: 30) + "b"
      var isMatch = true
      let seconds = try threadSeconds { isMatch = try matches(pattern, long) }
      #expect(!isMatch)
      #expect(seconds < 2, "\(part): \(seconds)")
    }
  }
}
