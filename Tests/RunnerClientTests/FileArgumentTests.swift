import Testing

@testable import RunnerClient

/// What `--in` and `--out` name.
struct FileArgumentTests {
  @Test(
    arguments: [
      ("film.mkv", "film.mkv", "film.mkv"), ("/srv/a/film.mkv", "/srv/a/film.mkv", "film.mkv"),
      ("film.mkv:in.mkv", "film.mkv", "in.mkv"), ("a:b.mkv:in.mkv", "a:b.mkv", "in.mkv"),
      ("/a:b/film.mkv", "/a:b/film.mkv", "film.mkv"), ("film.mkv:", nil, nil), (":x", nil, nil),
      ("", nil, nil), ("film.mkv:.x", nil, nil), (".hidden", nil, nil), ("a/", "a/", "a"),
      ("x:a\\b", nil, nil), ("x:a\nb", nil, nil),
    ] as [(String, String?, String?)])
  func `an input is a file, and a name behind its last colon`(
    text: String, path: String?, name: String?
  ) {
    #expect(FileArgument.input(text)?.path == path)
    #expect(FileArgument.input(text)?.name == name)
  }

  @Test(
    arguments: [
      ("out.mp4", "out.mp4", "out.mp4"), ("out.mp4:/srv/x.mp4", "/srv/x.mp4", "out.mp4"),
      ("out.mp4:/srv/a:b", "/srv/a:b", "out.mp4"), ("out.mp4:", nil, nil), ("../x", nil, nil),
      ("a/b:c", nil, nil), (".a", nil, nil),
    ] as [(String, String?, String?)])
  func `an output is a name, and a file behind its first colon`(
    text: String, path: String?, name: String?
  ) {
    #expect(FileArgument.output(text)?.path == path)
    #expect(FileArgument.output(text)?.name == name)
  }
}
