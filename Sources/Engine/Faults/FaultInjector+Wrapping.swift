import Clocks
import Faults
import Functions
import Pipes

// Each wraps what a pipe is given when the file has faults for it, and hands it back as it is otherwise.

extension FaultInjector {
    func wrap(_ function: LocalFunction, time: any TimeSource) -> any InvokableFunction {
        guard concerns(.function, function.configuration.name) else { return function }
        return FaultyFunction(function: function, injector: self, time: time)
    }

    func wrap(_ messages: any MessageQueue, queue name: String) -> any MessageQueue {
        concerns(.queue, name) ? FaultyMessages(queue: messages, name: name, injector: self) : messages
    }

    func wrap(_ letters: any DeadLetterQueue, queue name: String) -> any DeadLetterQueue {
        concerns(.queue, name) ? FaultyDeadLetters(queue: letters, name: name, injector: self) : letters
    }

    func wrap(_ checkpoints: any CheckpointStore, pipe name: String) -> any CheckpointStore {
        concerns(.pipe, name) ? FaultyCheckpoints(store: checkpoints, injector: self) : checkpoints
    }
}
