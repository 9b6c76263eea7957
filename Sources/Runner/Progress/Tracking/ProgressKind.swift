/// Programs whose progress can be read, by the names of the setting `progress`.
package enum ProgressKind: String, Hashable, Sendable, CaseIterable {
  case ffmpeg
  case handbrake
  case mkvmerge
  case x264
  case x265
  case svtAV1 = "svt-av1"
  case aomenc
  case vpxenc
  case rav1e
  case dav1d
  case melt
  case gstreamer
  case mencoder
  case sox
  case flac
  case lame
  case opusenc
  case oggenc
  case rsync
  case curl
  case wget
  case aria2
  case sevenZip = "7zip"
  case zstd
  case xz
  case pv
  case par2
  case vips
  case imageMagick = "imagemagick"
  case blender
  case restic
  case borg
  /// The last percentage of any line.
  case percent
  /// Objects of JSON, one a line.
  case json
  /// What scripts write to descriptor 3: objects of JSON, or percentages.
  case descriptor
}
