/// All fuzz targets.
enum FuzzTable {
  static let targets: [FuzzTarget] =
    FuzzTarget.requests + FuzzTarget.fields + FuzzTarget.formats + FuzzTarget.values
    + FuzzTarget.access + FuzzTarget.callbacks + FuzzTarget.arguments + FuzzTarget.wire
    + FuzzTarget.host + FuzzTarget.client + FuzzTarget.progress + FuzzTarget.forms
}
