/// A queue whose both ends cost constant time on average.
struct FirstInFirstOut<Element> {
  private var elements: [Element?] = []
  private var head = 0

  var count: Int { elements.count - head }

  var first: Element? { head < elements.count ? elements[head] : nil }

  mutating func append(_ element: Element) {
    elements.append(element)
  }

  mutating func popFirst() -> Element? {
    guard head < elements.count else { return nil }
    defer { discardSpent() }
    head += 1
    return elements[head - 1].take()
  }

  /// Moves the rest down only when more than half is spent: each element moves at most once for
  /// each that left.
  private mutating func discardSpent() {
    guard head > 1024, head * 2 > elements.count else { return }
    elements.removeFirst(head)
    head = 0
  }
}
