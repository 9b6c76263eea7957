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
    case .mkvmerge: LineFormat.mkvmerge
    case .x264, .x265: LineFormat.x264
    case .rav1e: LineFormat.rav1e
    case .dav1d: LineFormat.dav1d
    case .melt: LineFormat.melt
    case .gstreamer: LineFormat.gstreamer
    case .mencoder: LineFormat.mencoder
    case .sox: LineFormat.sox
    case .flac: LineFormat.flac
    case .lame: LineFormat.lame
    case .opusenc: LineFormat.opusenc
    case .oggenc: LineFormat.oggenc
    case .rsync: LineFormat.rsync
    case .curl: LineFormat.curl
    case .wget: LineFormat.wget
    case .aria2: LineFormat.aria2
    case .sevenZip: LineFormat.sevenZip
    case .zstd: LineFormat.zstd
    case .xz: LineFormat.xz
    case .pv: LineFormat.pv
    case .par2: LineFormat.percent(.stdout, after: "Processing: ")
    case .vips: LineFormat.vips
    case .imageMagick: LineFormat.imageMagick
    case .borg: LineFormat.borg
    case .percent: LineFormat.percent
    }
  }
}
