/// A request that goes no further, and the answer to it.
struct Refusal: Error {
  let answer: Response

  init(_ answer: Response) {
    self.answer = answer
  }
}
