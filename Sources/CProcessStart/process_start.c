#if defined(__linux__)
#define _GNU_SOURCE
#endif

#include "process_start.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__linux__)
#include <sys/prctl.h>
#include <sys/syscall.h>

// What older headers leave out; the numbers are those of x86-64 and arm64 alike.
#if !defined(SYS_pidfd_open)
#define SYS_pidfd_open 434
#endif
#if !defined(SYS_close_range)
#define SYS_close_range 436
#endif
#define CLOSE_RANGE_CLOEXEC_FLAG 4
#endif

/// What failed in the new process, on its way to us.
struct failure {
    int error;
    const char *call;
};

static _Noreturn void fail(int pipe, const char *call) {
    // The text is at the same place here and there.
    struct failure failure = {errno, call};
    ssize_t written = write(pipe, &failure, sizeof failure);
    (void)written;
    _exit(127);
}

static int limit(int resource, uint64_t most) {
    struct rlimit current;
    if (getrlimit(resource, &current) != 0) return -1;
    // A limit that is lower already stays: nobody but root may raise it.
    if (current.rlim_max != RLIM_INFINITY && current.rlim_max < most) most = current.rlim_max;
    struct rlimit next = {most, most};
    return setrlimit(resource, &next);
}

/// The calls by their numbers where there is a choice: glibc's own would ask the threads of our process to follow.
static int become(const struct process_beginning *beginning) {
#if defined(__linux__)
    if (syscall(SYS_setgroups, 0, NULL) != 0) return -1;
    if (syscall(SYS_setresgid, beginning->group, beginning->group, beginning->group) != 0) return -1;
    return (int)syscall(SYS_setresuid, beginning->user, beginning->user, beginning->user);
#else
    return setgroups(0, NULL) != 0 || setgid(beginning->group) != 0 ? -1 : setuid(beginning->user);
#endif
}

/// The new process, until the program begins. Without threads, locks and memory of its own: see vfork(2).
static _Noreturn void begin(const struct process_beginning *beginning, int pipe, pid_t parent, int descriptors) {
    struct sigaction normal;
    memset(&normal, 0, sizeof normal);
    normal.sa_handler = SIG_DFL;
    for (int number = 1; number < NSIG; number++) sigaction(number, &normal, NULL);
    sigset_t none;
    sigemptyset(&none);
    if (sigprocmask(SIG_SETMASK, &none, NULL) != 0) fail(pipe, "sigprocmask");

    // A group of its own: a Ctrl-C at the terminal is for the engine, which lets running invocations finish.
    if (setpgid(0, 0) != 0) fail(pipe, "setpgid");

    // Above the three, so that none of them is overwritten before it is copied.
    int input = fcntl(beginning->input, F_DUPFD_CLOEXEC, 3);
    int output = fcntl(beginning->output, F_DUPFD_CLOEXEC, 3);
    if (input < 0 || output < 0) fail(pipe, "fcntl");
    if (dup2(input, 0) < 0 || dup2(output, 1) < 0 || dup2(output, 2) < 0) fail(pipe, "dup2");
    int are_closing = -1;
#if defined(__linux__)
    are_closing = (int)syscall(SYS_close_range, 3, ~0U, CLOSE_RANGE_CLOEXEC_FLAG);
#endif
    if (are_closing != 0) {
        // Linux before 5.11, and other systems.
        for (int number = 3; number < descriptors; number++) fcntl(number, F_SETFD, FD_CLOEXEC);
    }

    if (limit(RLIMIT_CORE, 0) != 0 || limit(RLIMIT_NOFILE, beginning->descriptors_max) != 0
        || limit(RLIMIT_FSIZE, beginning->file_bytes_max) != 0)
        fail(pipe, "setrlimit");
    if (beginning->has_user) {
        if (limit(RLIMIT_NPROC, beginning->user_processes_max) != 0) fail(pipe, "setrlimit");
        if (become(beginning) != 0) fail(pipe, "setresuid");
    }
    if (chdir(beginning->folder) != 0) fail(pipe, "chdir");

#if defined(__linux__)
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) fail(pipe, "prctl(PR_SET_NO_NEW_PRIVS)");
    if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0) fail(pipe, "prctl(PR_SET_CHILD_SUBREAPER)");
    // Behind the change of user, which takes it back.
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) fail(pipe, "prctl(PR_SET_PDEATHSIG)");
    // We may have ended before that.
    if (getppid() != parent) _exit(127);
#else
    (void)parent;
#endif
    execve(beginning->path, beginning->arguments, beginning->environment);
    fail(pipe, "execve");
}

static void be_first_to_go(pid_t process) {
#if defined(__linux__)
    char path[48];
    snprintf(path, sizeof path, "/proc/%d/oom_score_adj", (int)process);
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0) return;
    // Where that cannot be said, nothing is lost but the order.
    ssize_t written = write(file, "1000", 4);
    (void)written;
    close(file);
#else
    (void)process;
#endif
}

int process_start(const struct process_beginning *beginning, pid_t *process, int *descriptor, const char **call) {
    int ends[2];
    *call = "pipe";
#if defined(__linux__)
    if (pipe2(ends, O_CLOEXEC) != 0) return errno;
#else
    if (pipe(ends) != 0) return errno;
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
#endif
    struct rlimit files;
    int descriptors = 65536;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < 1 << 20) descriptors = (int)files.rlim_cur;
    pid_t parent = getpid();

    // No handler of ours may run in the new process.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    pid_t child;
#if defined(__linux__)
    // vfork copies no page tables, of which an engine with much memory has many. The new process then lives in our memory
    // until the program begins, where nobody of another user may ever be.
    child = beginning->has_user ? fork() : vfork();
#else
    child = fork();
#endif
    if (child == 0) begin(beginning, ends[1], parent, descriptors);
    int fork_error = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    close(ends[1]);
    if (child < 0) {
        close(ends[0]);
        *call = "fork";
        return fork_error;
    }

    // Ends when the program begins, which closes the other end.
    struct failure failure;
    ssize_t count;
    do count = read(ends[0], &failure, sizeof failure);
    while (count < 0 && errno == EINTR);
    close(ends[0]);
    if (count != 0) {
        while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {}
        *call = count == sizeof failure ? failure.call : "read";
        return count == sizeof failure ? failure.error : EIO;
    }
    *process = child;
    *descriptor = -1;
#if defined(__linux__)
    // Its number is its own until it has been waited for.
    *descriptor = (int)syscall(SYS_pidfd_open, child, 0);
    be_first_to_go(child);
#endif
    return 0;
}

int process_hide(void) {
    struct rlimit none = {0, 0};
    if (setrlimit(RLIMIT_CORE, &none) != 0) return errno;
#if defined(__linux__)
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return errno;
#endif
    return 0;
}

int process_is_hidden(void) {
#if defined(__linux__)
    return prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0;
#else
    return 0;
#endif
}
