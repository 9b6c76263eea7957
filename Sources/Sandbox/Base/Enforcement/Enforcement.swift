/// What is in force for the jobs of one entry: policy held against what the kernel offers. `doctor`
/// prints it, each job carries it, and tests compare it.
package struct Enforcement: Hashable, Sendable {
  /// The rights that the launcher is started with.
  package enum Mode: String, CaseIterable, Hashable, Sendable {
    /// As root: ids are changed, namespaces are made directly.
    case root
    /// As an ordinary user: everything is made inside a user namespace, and the ids stay.
    case sameUser = "same-user"
  }

  /// What became of one layer.
  package enum State: UInt32, Sendable, CaseIterable {
    /// It holds.
    case enforced = 1
    /// Something weaker holds in its place.
    case standIn = 2
    /// Policy left it out.
    case dropped = 3
    /// This kernel or this host does not have it.
    case missing = 4

    /// Name of the state, as `doctor` and jobs spell it.
    package var name: String {
      switch self {
      case .enforced: "enforced"
      case .standIn: "stand-in"
      case .dropped: "dropped"
      case .missing: "missing"
      }
    }
  }

  /// The state of one layer.
  package struct Row: Hashable, Sendable {
    /// The layer that the row is about.
    package let layer: Layer
    /// What became of the layer.
    package let state: State
    /// Which version, which stand-in, or why not; empty where the layer's name says it all.
    package let detail: String

    /// A row; `detail` is empty where the name of the layer says it all.
    package init(_ layer: Layer, _ state: State, _ detail: String = "") {
      self.layer = layer
      self.state = state
      self.detail = detail
    }
  }

  /// Rows of all layers, one for each, in the order of `Layer`.
  package let rows: [Row]
  /// Whether its jobs have paths of the host mounted at their launch. The launcher says of such an
  /// entry, once it has looked, whether they are there.
  package var hasHostPaths = false

  /// The state of every layer.
  ///
  /// - Parameter rows: one for each layer, in any order.
  package init(rows: [Row]) {
    self.rows = rows.sorted { $0.layer < $1.layer }
  }

  /// What became of a layer; nil where no row is about it.
  package func state(_ layer: Layer) -> State? {
    rows.first { $0.layer == layer }?.state
  }

  /// Whether a layer is enforced: a stand-in is not enough.
  package func holds(_ layer: Layer) -> Bool { state(layer) == .enforced }
}
