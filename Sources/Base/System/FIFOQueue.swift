/// A queue: first in, first out, with constant amortized cost at both ends.
package struct FIFOQueue<Element> {
  private var elements: [Element] = []
  private var head = 0

  /// An empty queue.
  package init() {}

  /// Whether the queue has no elements.
  package var isEmpty: Bool { head == elements.count }
  /// Number of elements.
  package var count: Int { elements.count - head }

  /// Adds `element` at the end.
  package mutating func append(_ element: Element) { elements.append(element) }

  /// Removes and returns the first element; nil where the queue is empty.
  package mutating func popFirst() -> Element? {
    guard head < elements.count else { return nil }
    defer {
      head += 1
      if head * 2 > elements.count {
        elements.removeFirst(head)
        head = 0
      }
    }
    return elements[head]
  }

  /// Removes and returns the first element that matches; nil where none does. The cost grows with
  /// the number of elements.
  package mutating func removeFirst(where matches: (Element) -> Bool) -> Element? {
    guard let index = elements[head...].firstIndex(where: matches) else { return nil }
    return elements.remove(at: index)
  }

  /// Whether any element matches.
  package func contains(where matches: (Element) -> Bool) -> Bool {
    elements[head...].contains(where: matches)
  }
}

extension FIFOQueue: Sendable where Element: Sendable {}
