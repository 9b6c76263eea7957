/// Filters that leave the duration of what they filter as it is.
enum FFmpegFilters {
  private static let known: Set<String> = [
    "scale", "zscale", "crop", "pad", "format", "fps", "framerate", "minterpolate", "yadif",
    "bwdif", "estdif", "w3fdif", "hflip", "vflip", "transpose", "rotate", "unsharp", "cas",
    "hqdn3d",
    "nlmeans", "bm3d", "atadenoise", "gradfun", "deband", "deblock", "eq", "hue", "curves",
    "colorspace", "colormatrix", "colorlevels", "colorbalance", "colorchannelmixer", "lut3d",
    "tonemap", "libplacebo", "setsar", "setdar", "setparams", "setfield", "fieldorder", "field",
    "subtitles", "ass", "drawtext", "drawbox", "delogo", "overlay", "split", "asplit", "fade",
    "noise", "null", "anull", "copy", "acopy", "hwupload", "hwdownload", "hwmap", "scale_vaapi",
    "scale_qsv", "scale_cuda", "scale_npp", "deinterlace_vaapi", "deinterlace_qsv", "yadif_cuda",
    "bwdif_cuda", "tonemap_vaapi", "tonemap_opencl", "overlay_vaapi", "overlay_cuda", "vpp_qsv",
    "aresample", "aformat", "volume", "loudnorm", "dynaudnorm", "acompressor", "alimiter",
    "equalizer", "bass", "treble", "highpass", "lowpass", "bandpass", "afftdn", "pan", "channelmap",
    "channelsplit", "afade", "aeval", "asetnsamples", "showinfo", "ashowinfo", "idet",
    "cropdetect", "ebur128", "volumedetect", "blackdetect", "silencedetect", "sidedata",
  ]

  /// Whether all filters of a graph are known to keep the duration (ffmpeg-filters(1), Filtergraph
  /// description).
  static func keepDuration(_ graph: String) -> Bool {
    names(in: graph).allSatisfy(known.contains)
  }

  /// The name of each filter, without its labels and arguments. Commas and semicolons in quotation
  /// marks, or behind a backslash, divide nothing.
  private static func names(in graph: String) -> [String] {
    var filters: [String] = [""]
    var isQuoted = false
    var isEscaped = false
    for character in graph {
      defer { isEscaped = character == "\\" && !isEscaped && !isQuoted }
      if character == "'", !isEscaped { isQuoted.toggle() }
      if !isQuoted, !isEscaped, character == "," || character == ";" {
        filters.append("")
      } else {
        filters[filters.count - 1].append(character)
      }
    }
    return filters.map { filter in
      var rest = filter[...].drop(while: \.isWhitespace)
      while rest.first == "[", let end = rest.firstIndex(of: "]") {
        rest = rest[rest.index(after: end)...].drop(while: \.isWhitespace)
      }
      return String(rest.prefix { !"=@[ \n".contains($0) })
    }
  }
}
