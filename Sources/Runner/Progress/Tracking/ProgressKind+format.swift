/// The format of each kind.
extension ProgressKind {
  /// - Parameter arguments: all that the program gets behind its name.
  func format(for arguments: [String]) -> any ProgressFormat {
    switch self {
    case .ffmpeg: FFmpegFormat(arguments: arguments)
    case .handbrake: HandBrakeFormat()
    case .svtAV1: SVTAV1Format(arguments: arguments)
    case .aomenc, .vpxenc: AomFormat(arguments: arguments)
    case .blender: BlenderFormat(arguments: arguments)
    case .restic: JSONFormat(sources: [.stdout], dialect: .restic)
    case .json: JSONFormat(sources: [.stdout, .stderr], dialect: .document)
    case .descriptor: DescriptorFormat()
    case .mkvmerge, .x264, .x265, .rav1e, .dav1d, .melt, .gstreamer, .mencoder, .sox, .flac, .lame,
      .opusenc, .oggenc, .rsync, .curl, .wget, .aria2, .sevenZip, .zstd, .xz, .pv, .par2, .vips,
      .imageMagick, .borg, .percent:
      lineFormat
    }
  }

  private var lineFormat: LineFormat {
    switch self {
    case .mkvmerge: .mkvmerge
    case .x264, .x265: .x264
    case .rav1e: .rav1e
    case .dav1d: .dav1d
    case .melt: .melt
    case .gstreamer: .gstreamer
    case .mencoder: .mencoder
    case .sox: .sox
    case .flac: .flac
    case .lame: .lame
    case .opusenc: .opusenc
    case .oggenc: .oggenc
    case .rsync: .rsync
    case .curl: .curl
    case .wget: .wget
    case .aria2: .aria2
    case .sevenZip: .sevenZip
    case .zstd: .zstd
    case .xz: .xz
    case .pv: .pv
    case .par2: .percent(.stdout, after: "Processing: ")
    case .vips: .vips
    case .imageMagick: .imageMagick
    case .borg: .borg
    default: .percent
    }
  }
}
