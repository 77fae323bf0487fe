/// An answer that makes a figure mean nothing.
package struct WrongAnswer: Error, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}
