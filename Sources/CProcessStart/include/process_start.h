#pragma once

#include <stdint.h>
#include <sys/types.h>

// A process that begins with what it is given and nothing else of ours: what Swift cannot do between fork and exec, where only
// async-signal-safe calls are allowed.

/// What a process begins with. Nothing of it is needed any more once process_start returns.
struct process_beginning {
    const char *path;
    /// Both end with NULL.
    char *const *arguments;
    char *const *environment;
    /// The folder in which it starts.
    const char *folder;
    /// Its standard input, and its standard output and error. It gets no other descriptor.
    int input, output;
    /// Open files at most.
    uint64_t descriptors_max;
    /// Largest file that it may write, bytes.
    uint64_t file_bytes_max;
    /// Whether it gets a user of its own, which only root can give: then `user` and `group`, without further groups, and at
    /// most `user_processes_max` processes and threads of that user at a time.
    int has_user;
    uid_t user;
    gid_t group;
    uint64_t user_processes_max;
};

/// Starts a process in a group of its own, with all signals as they are by default.
///
/// On Linux it and what it starts get no further rights by any program (`no_new_privs`); it dies with the thread that calls
/// this; what its children leave behind are its own children; no core is written of it; and it is the first to go when the
/// machine has no memory left.
///
/// `descriptor` gets a pidfd, which can be read once the process has ended, or -1 where there are none.
///
/// Returns 0, or an errno with the call that failed in `call`; then there is no process.
int process_start(const struct process_beginning *beginning, pid_t *process, int *descriptor, const char **call);

/// Keeps other processes of the same user from reading this one's memory, variables and descriptors and from tracing it, and
/// the machine from writing its memory to a core. Returns 0, or an errno.
int process_hide(void);

/// Whether process_hide has worked.
int process_is_hidden(void);
