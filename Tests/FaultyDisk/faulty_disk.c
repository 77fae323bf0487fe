// A disk that misbehaves, between a program and the kernel: loaded with LD_PRELOAD, it stands before the C library's calls that
// open, write, sync and name files below one folder. It makes chosen calls fail, and it keeps a journal of all that succeed, from
// which faulty_disk.py makes the folder as a disk would hold it had the power gone at any moment of the run.
//
//   FAULTY_DISK_ROOT      the folder; without it nothing is done
//   FAULTY_DISK_PROGRAM   the only program that is meant, by its short name; its children are left alone
//   FAULTY_DISK_JOURNAL   the journal's file, which must not be below the folder
//   FAULTY_DISK_FAULT     what a chosen call does: an errno's number; -N for errno N after half of a write has been made;
//                         "short" for half of a write and success; "kill" for SIGKILL before the call; "tear" for SIGKILL behind
//                         half of a write. Behind a sync that failed later ones succeed, and what it was to bring to the disk
//                         never comes there, as Linux has it
//   FAULTY_DISK_AT        which call: 1 is the first
//   FAULTY_DISK_COUNT     how many calls from that one on; 0 for all of them; default 1
//   FAULTY_DISK_KINDS     which calls are counted, of "wsnr": write, sync, name (create, rename, link, remove), read; default wsn
//   FAULTY_DISK_FULL      while there is a file of this name, calls that take room fail with ENOSPC
//   FAULTY_DISK_SYNC      "none": syncs are noted in the journal and not made, for the journal is what counts; "lies": they are
//                         not even noted, as by a disk that says yes and does nothing
//
// One mutex makes a call and its line in the journal one step, so that the journal's order is what happened.
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define DESCRIPTORS 65536

struct entry {  // Little-endian, followed by `name` and `data`.
    uint32_t name_length;
    uint32_t data_length;
    uint64_t inode;
    uint64_t folder;
    uint64_t number;  // An offset, a size, or a second folder.
    uint8_t kind;
    uint8_t padding[7];
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static char root[PATH_MAX];
static size_t root_length;
static int journal = -1;
static uint64_t inodes[DESCRIPTORS];  // By descriptor; 0 for what is not below the root.
static const char *fault = "";
static long fault_at, fault_count = 1, calls;
static const char *fault_kinds = "wsn";
static const char *full_mark;
static bool makes_syncs = true, notes_syncs = true;

static void start(void) {
    const char *text = getenv("FAULTY_DISK_ROOT");
    if (!text) return;
    const char *program = getenv("FAULTY_DISK_PROGRAM");
    if (program && strcmp(program, program_invocation_short_name) != 0) return;
    if ((text = getenv("FAULTY_DISK_JOURNAL"))) {
        int file = (int)syscall(SYS_openat, AT_FDCWD, text, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
        journal = fcntl(file, F_DUPFD_CLOEXEC, 1000);  // Out of the way of programs that close the low ones.
        syscall(SYS_close, file);
    }
    if ((text = getenv("FAULTY_DISK_FAULT"))) fault = text;
    if ((text = getenv("FAULTY_DISK_AT"))) fault_at = atol(text);
    if ((text = getenv("FAULTY_DISK_COUNT"))) fault_count = atol(text);
    if ((text = getenv("FAULTY_DISK_KINDS"))) fault_kinds = text;
    full_mark = getenv("FAULTY_DISK_FULL");
    if ((text = getenv("FAULTY_DISK_SYNC"))) makes_syncs = false, notes_syncs = strcmp(text, "lies") != 0;
    strncpy(root, getenv("FAULTY_DISK_ROOT"), sizeof root - 1);
    root_length = strlen(root);
}

static void enter(void) {
    pthread_once(&once, start);
    pthread_mutex_lock(&mutex);
}

static void leave(void) {
    int kept = errno;
    pthread_mutex_unlock(&mutex);
    errno = kept;
}

// MARK: The journal

static void note(
    char kind, uint64_t inode, uint64_t folder, uint64_t number, const char *name, const struct iovec *data, int count,
    size_t length
) {
    if (journal < 0) return;
    int kept = errno;
    struct entry entry = {
        .name_length = (uint32_t)strlen(name), .data_length = (uint32_t)length, .inode = inode, .folder = folder,
        .number = number, .kind = (uint8_t)kind,
    };
    struct iovec parts[64] = {{&entry, sizeof entry}, {(void *)name, entry.name_length}};
    int used = 2;
    for (int i = 0; i < count && length > 0 && used < 64; i++) {
        size_t part = data[i].iov_len < length ? data[i].iov_len : length;
        parts[used++] = (struct iovec){data[i].iov_base, part};
        length -= part;
    }
    // One call for one entry: a kill leaves whole entries, and at most the last one cut.
    if (syscall(SYS_writev, journal, parts, used) < 0) {
        static const char words[] = "faulty_disk: the journal cannot be written\n";
        syscall(SYS_write, 2, words, sizeof words - 1);
        abort();
    }
    errno = kept;
}

static void note_name(char kind, uint64_t inode, uint64_t folder, const char *name) {
    note(kind, inode, folder, 0, name, NULL, 0, 0);
}

// MARK: Places

static bool absolute(int folder, const char *path, char *result) {
    if (path[0] == '/') {
        if (strlen(path) >= PATH_MAX) return false;
        strcpy(result, path);
    } else {
        char link[64];
        ssize_t length;
        if (folder == AT_FDCWD) {
            length = syscall(SYS_getcwd, result, PATH_MAX) - 1;
        } else {
            snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
            length = readlink(link, result, PATH_MAX - 1);
        }
        if (length < 0 || (size_t)length + strlen(path) + 2 > PATH_MAX) return false;
        result[length] = '/';
        strcpy(result + length + 1, path);
    }
    // Double slashes and a slash at the end are all that the programs make.
    char *out = result;
    for (char *in = result; *in; in++)
        if (!(in[0] == '/' && (in[1] == '/' || in[1] == 0))) *out++ = *in;
    *out = 0;
    return true;
}

static bool is_below(const char *path) {
    return root_length > 0 && strncmp(path, root, root_length) == 0 && (path[root_length] == '/' || path[root_length] == 0);
}

static bool look(const char *path, struct stat *status) {
    int kept = errno;
    bool found = syscall(SYS_newfstatat, AT_FDCWD, path, status, AT_SYMLINK_NOFOLLOW) == 0;
    errno = kept;
    return found;
}

static uint64_t inode_of(const char *path) {
    struct stat status;
    return look(path, &status) ? status.st_ino : 0;
}

static const char *last_name(const char *path) { return strrchr(path, '/') + 1; }

static uint64_t folder_of(const char *path) {
    char folder[PATH_MAX];
    strcpy(folder, path);
    *strrchr(folder, '/') = 0;
    return inode_of(folder);
}

static uint64_t inode_at(int descriptor) {
    return descriptor >= 0 && descriptor < DESCRIPTORS ? inodes[descriptor] : 0;
}

// MARK: Faults

enum verdict { GO_ON, REFUSE, CUT, CUT_AND_REFUSE, CUT_AND_DIE };

// Counts a call and says what becomes of it; sets errno for what fails. Without a place it is the descriptor's.
static enum verdict decide(char kind, bool takes_room, const char *place, int descriptor) {
    if (full_mark && takes_room) {
        struct stat status;
        if (look(full_mark, &status)) {
            errno = ENOSPC;
            return REFUSE;
        }
    }
    if (!*fault || !strchr(fault_kinds, kind)) return GO_ON;
    calls++;
    if (calls < fault_at || (fault_count > 0 && calls >= fault_at + fault_count)) return GO_ON;
    char text[PATH_MAX + 64], link[64], target[PATH_MAX];
    if (!place) {
        snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
        ssize_t length = readlink(link, target, sizeof target - 1);
        target[length < 0 ? 0 : length] = 0;
        place = target;
    }
    snprintf(text, sizeof text, "%c %ld %s %s", kind, calls, fault, place);
    note_name('X', 0, 0, text);
    if (strcmp(fault, "kill") == 0) {
        kill(getpid(), SIGKILL);
        pause();
    }
    if (strcmp(fault, "tear") == 0) return CUT_AND_DIE;
    if (strcmp(fault, "short") == 0) return kind == 'w' ? CUT : GO_ON;
    errno = abs(atoi(fault));
    return fault[0] == '-' && kind == 'w' ? CUT_AND_REFUSE : REFUSE;
}

static void die(void) {
    kill(getpid(), SIGKILL);
    pause();
}

// For calls that are made whole or not at all: whether it is refused.
static bool refuses(char kind, bool takes_room, const char *place, int descriptor) {
    enum verdict verdict = decide(kind, takes_room, place, descriptor);
    if (verdict == CUT_AND_DIE) die();
    return verdict != GO_ON && verdict != CUT;
}

// MARK: Opening and closing

static void track(int descriptor, uint64_t inode) {
    if (descriptor >= 0 && descriptor < DESCRIPTORS) inodes[descriptor] = inode;
}

static int opened(int folder, const char *path, int flags, mode_t mode) {
    pthread_once(&once, start);
    char place[PATH_MAX];
    if (root_length == 0 || !absolute(folder, path, place) || !is_below(place))
        return (int)syscall(SYS_openat, folder, path, flags, mode);
    enter();
    struct stat before, after;
    bool existed = look(place, &before);
    bool creates = (flags & O_CREAT) && !existed;
    int descriptor = -1;
    if ((creates || (flags & O_TRUNC)) && refuses('n', creates, place, -1)) goto out;
    descriptor = (int)syscall(SYS_openat, folder, path, flags, mode);
    if (descriptor >= 0 && look(place, &after)) {
        track(descriptor, after.st_ino);
        if (creates) note_name('C', after.st_ino, folder_of(place), last_name(place));
        if (existed && (flags & O_TRUNC) && before.st_size > 0) note_name('T', after.st_ino, 0, "");
    }
out:
    leave();
    return descriptor;
}

#define MODE_ARGUMENT(flags)                                       \
    mode_t mode = 0;                                               \
    if ((flags) & (O_CREAT | O_TMPFILE)) {                         \
        va_list arguments;                                         \
        va_start(arguments, flags);                                \
        mode = va_arg(arguments, mode_t);                          \
        va_end(arguments);                                         \
    }

int open(const char *path, int flags, ...) {
    MODE_ARGUMENT(flags)
    return opened(AT_FDCWD, path, flags, mode);
}
int open64(const char *path, int flags, ...) {
    MODE_ARGUMENT(flags)
    return opened(AT_FDCWD, path, flags, mode);
}
int openat(int folder, const char *path, int flags, ...) {
    MODE_ARGUMENT(flags)
    return opened(folder, path, flags, mode);
}
int openat64(int folder, const char *path, int flags, ...) {
    MODE_ARGUMENT(flags)
    return opened(folder, path, flags, mode);
}
int creat(const char *path, mode_t mode) { return opened(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, mode); }
int creat64(const char *path, mode_t mode) { return opened(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, mode); }

// What is written through the result is not in the journal: only RocksDB's own log is.
static FILE *opened_stream(const char *name, const char *path, const char *mode) {
    FILE *(*next)(const char *, const char *) = (FILE * (*)(const char *, const char *)) dlsym(RTLD_NEXT, name);
    pthread_once(&once, start);
    char place[PATH_MAX];
    if (root_length == 0 || !strpbrk(mode, "wa+") || !absolute(AT_FDCWD, path, place) || !is_below(place))
        return next(path, mode);
    enter();
    FILE *file = NULL;
    bool existed = inode_of(place) != 0;
    if (!refuses('n', true, place, -1) && (file = next(path, mode)) && !existed)
        note_name('C', inode_of(place), folder_of(place), last_name(place));
    leave();
    return file;
}

FILE *fopen(const char *path, const char *mode) { return opened_stream("fopen", path, mode); }
FILE *fopen64(const char *path, const char *mode) { return opened_stream("fopen64", path, mode); }

int close(int descriptor) {
    if (inode_at(descriptor)) {
        enter();
        track(descriptor, 0);
        leave();
    }
    return (int)syscall(SYS_close, descriptor);
}

// MARK: Writing

static ssize_t written(int descriptor, const struct iovec *parts, int count, off_t offset) {
    pthread_once(&once, start);
    if (descriptor == 1 && root_length > 0) {
        // What the program says, such as that a write was answered, stands in the journal where it was said.
        enter();
        ssize_t result = syscall(SYS_writev, descriptor, parts, count);
        if (result > 0) note('A', 0, 0, 0, "", parts, count, (size_t)result);
        leave();
        return result;
    }
    uint64_t inode = inode_at(descriptor);
    if (!inode) {
        return offset < 0 ? syscall(SYS_writev, descriptor, parts, count)
                          : syscall(SYS_pwritev, descriptor, parts, count, offset, 0);
    }
    enter();
    enum verdict verdict = decide('w', true, NULL, descriptor);
    ssize_t result = -1;
    if (verdict == REFUSE) goto out;
    int refusal = errno;
    struct iovec cut[16];
    if (verdict != GO_ON) {
        size_t total = 0;
        for (int i = 0; i < count; i++) total += parts[i].iov_len;
        size_t half = (total + 1) / 2;
        int used = 0;
        for (; used < count && used < 16 && half > 0; used++) {
            cut[used] = parts[used];
            if (cut[used].iov_len > half) cut[used].iov_len = half;
            half -= cut[used].iov_len;
        }
        parts = cut;
        count = used;
    }
    result = offset < 0 ? syscall(SYS_writev, descriptor, parts, count)
                        : syscall(SYS_pwritev, descriptor, parts, count, offset, 0);
    if (result > 0) {
        off_t place = offset >= 0 ? offset : syscall(SYS_lseek, descriptor, 0, SEEK_CUR) - result;
        note('W', inode, 0, (uint64_t)place, "", parts, count, (size_t)result);
    }
    if (verdict == CUT_AND_DIE) die();
    if (verdict == CUT_AND_REFUSE) {
        errno = refusal;
        result = -1;
    }
out:
    leave();
    return result;
}

ssize_t write(int descriptor, const void *bytes, size_t count) {
    struct iovec part = {(void *)bytes, count};
    return written(descriptor, &part, 1, -1);
}
ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset) {
    struct iovec part = {(void *)bytes, count};
    return written(descriptor, &part, 1, offset);
}
ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off64_t offset) {
    return pwrite(descriptor, bytes, count, offset);
}
ssize_t writev(int descriptor, const struct iovec *parts, int count) { return written(descriptor, parts, count, -1); }
ssize_t pwritev(int descriptor, const struct iovec *parts, int count, off_t offset) {
    return written(descriptor, parts, count, offset);
}
ssize_t pwritev64(int descriptor, const struct iovec *parts, int count, off64_t offset) {
    return written(descriptor, parts, count, offset);
}

static int truncated(int descriptor, off_t size, bool grows_only) {
    uint64_t inode = inode_at(descriptor);
    if (!inode) return (int)syscall(SYS_ftruncate, descriptor, size);
    enter();
    int result = -1;
    if (!refuses('w', grows_only, NULL, descriptor)) result = (int)syscall(SYS_ftruncate, descriptor, size);
    if (result == 0) note('T', inode, 0, (uint64_t)size, "", NULL, 0, 0);
    leave();
    return result;
}

int ftruncate(int descriptor, off_t size) { return truncated(descriptor, size, false); }
int ftruncate64(int descriptor, off64_t size) { return truncated(descriptor, size, false); }

static int allocated(int descriptor, int mode, off_t offset, off_t length) {
    uint64_t inode = inode_at(descriptor);
    if (!inode) return (int)syscall(SYS_fallocate, descriptor, mode, offset, length);
    enter();
    int result = -1;
    struct stat before, after;
    fstat(descriptor, &before);
    if (!refuses('w', true, NULL, descriptor)) result = (int)syscall(SYS_fallocate, descriptor, mode, offset, length);
    fstat(descriptor, &after);
    if (after.st_size != before.st_size) note('T', inode, 0, (uint64_t)after.st_size, "", NULL, 0, 0);
    leave();
    return result;
}

int fallocate(int descriptor, int mode, off_t offset, off_t length) { return allocated(descriptor, mode, offset, length); }
int fallocate64(int descriptor, int mode, off64_t offset, off64_t length) {
    return allocated(descriptor, mode, offset, length);
}
int posix_fallocate(int descriptor, off_t offset, off_t length) {
    return allocated(descriptor, 0, offset, length) == 0 ? 0 : errno;
}
int posix_fallocate64(int descriptor, off64_t offset, off64_t length) {
    return posix_fallocate(descriptor, offset, length);
}

// MARK: Syncing

static int synced(int descriptor, long call) {
    uint64_t inode = inode_at(descriptor);
    if (!inode) return (int)syscall(call, descriptor);
    enter();
    enum verdict verdict = decide('s', false, NULL, descriptor);
    int result = -1;
    if (verdict == CUT_AND_DIE) die();
    if (verdict == GO_ON || verdict == CUT) {
        result = makes_syncs ? (int)syscall(call, descriptor) : 0;
        if (result == 0 && notes_syncs) note('S', inode, 0, 0, "", NULL, 0, 0);
    } else {
        // The kernel takes the pages for clean from here on: no later sync brings them to the disk.
        note('s', inode, 0, 0, "", NULL, 0, 0);
    }
    leave();
    return result;
}

int fsync(int descriptor) { return synced(descriptor, SYS_fsync); }
int fdatasync(int descriptor) { return synced(descriptor, SYS_fdatasync); }

// Starts writing and promises nothing, so there is nothing to note and nothing to break.
int sync_file_range(int descriptor, off64_t offset, off64_t count, unsigned int flags) {
    return inode_at(descriptor) ? 0 : (int)syscall(SYS_sync_file_range, descriptor, offset, count, flags);
}

// MARK: Names

static int renamed(int old_folder, const char *old, int new_folder, const char *new, unsigned flags) {
    char from[PATH_MAX], to[PATH_MAX];
    pthread_once(&once, start);
    if (root_length == 0 || !absolute(old_folder, old, from) || !absolute(new_folder, new, to) || !is_below(to))
        return (int)syscall(SYS_renameat2, old_folder, old, new_folder, new, flags);
    enter();
    int result = -1;
    uint64_t inode = inode_of(from), old_parent = folder_of(from);
    if (!refuses('n', false, to, -1)) result = (int)syscall(SYS_renameat2, old_folder, old, new_folder, new, flags);
    if (result == 0) {
        struct iovec name = {(void *)last_name(to), strlen(last_name(to))};
        note('R', inode, old_parent, folder_of(to), last_name(from), &name, 1, name.iov_len);
    }
    leave();
    return result;
}

int rename(const char *old, const char *new) { return renamed(AT_FDCWD, old, AT_FDCWD, new, 0); }
int renameat(int old_folder, const char *old, int new_folder, const char *new) {
    return renamed(old_folder, old, new_folder, new, 0);
}
int renameat2(int old_folder, const char *old, int new_folder, const char *new, unsigned flags) {
    return renamed(old_folder, old, new_folder, new, flags);
}

static int linked(int old_folder, const char *old, int new_folder, const char *new, int flags) {
    char to[PATH_MAX];
    pthread_once(&once, start);
    if (root_length == 0 || !absolute(new_folder, new, to) || !is_below(to))
        return (int)syscall(SYS_linkat, old_folder, old, new_folder, new, flags);
    enter();
    int result = -1;
    if (!refuses('n', true, to, -1)) result = (int)syscall(SYS_linkat, old_folder, old, new_folder, new, flags);
    if (result == 0) note_name('L', inode_of(to), folder_of(to), last_name(to));
    leave();
    return result;
}

int link(const char *old, const char *new) { return linked(AT_FDCWD, old, AT_FDCWD, new, 0); }
int linkat(int old_folder, const char *old, int new_folder, const char *new, int flags) {
    return linked(old_folder, old, new_folder, new, flags);
}

static int removed(int folder, const char *path, int flags) {
    char place[PATH_MAX];
    pthread_once(&once, start);
    if (root_length == 0 || !absolute(folder, path, place) || !is_below(place))
        return (int)syscall(SYS_unlinkat, folder, path, flags);
    enter();
    int result = -1;
    uint64_t inode = inode_of(place);
    if (!refuses('n', false, place, -1)) result = (int)syscall(SYS_unlinkat, folder, path, flags);
    if (result == 0) note_name('U', inode, folder_of(place), last_name(place));
    leave();
    return result;
}

int unlink(const char *path) { return removed(AT_FDCWD, path, 0); }
int unlinkat(int folder, const char *path, int flags) { return removed(folder, path, flags); }
int rmdir(const char *path) { return removed(AT_FDCWD, path, AT_REMOVEDIR); }
int remove(const char *path) {
    int result = removed(AT_FDCWD, path, 0);
    return result != 0 && errno == EISDIR ? removed(AT_FDCWD, path, AT_REMOVEDIR) : result;
}

static int made_folder(int folder, const char *path, mode_t mode) {
    char place[PATH_MAX];
    pthread_once(&once, start);
    if (root_length == 0 || !absolute(folder, path, place) || !is_below(place))
        return (int)syscall(SYS_mkdirat, folder, path, mode);
    enter();
    int result = -1;
    bool existed = inode_of(place) != 0;
    if (existed || !refuses('n', true, place, -1)) result = (int)syscall(SYS_mkdirat, folder, path, mode);
    if (result == 0) note_name('D', inode_of(place), folder_of(place), last_name(place));
    leave();
    return result;
}

int mkdir(const char *path, mode_t mode) { return made_folder(AT_FDCWD, path, mode); }
int mkdirat(int folder, const char *path, mode_t mode) { return made_folder(folder, path, mode); }

// MARK: Room

// A full disk says so when it is asked, which RocksDB does before it tries again to write.
#define ROOM(NAME, TYPE)                                                                    \
    int NAME(const char *path, struct TYPE *status) {                                       \
        int (*next)(const char *, struct TYPE *) =                                          \
            (int (*)(const char *, struct TYPE *))dlsym(RTLD_NEXT, #NAME);                  \
        int result = next(path, status);                                                    \
        pthread_once(&once, start);                                                         \
        struct stat mark;                                                                   \
        if (result == 0 && full_mark && look(full_mark, &mark)) status->f_bfree = status->f_bavail = 0; \
        return result;                                                                      \
    }

ROOM(statvfs, statvfs)
ROOM(statvfs64, statvfs64)

// MARK: Reading

static bool read_fails(int descriptor) {
    if (!inode_at(descriptor) || !strchr(fault_kinds, 'r')) return false;
    enter();
    bool fails = refuses('r', false, NULL, descriptor);
    leave();
    return fails;
}

ssize_t read(int descriptor, void *bytes, size_t count) {
    return read_fails(descriptor) ? -1 : syscall(SYS_read, descriptor, bytes, count);
}
ssize_t pread(int descriptor, void *bytes, size_t count, off_t offset) {
    return read_fails(descriptor) ? -1 : syscall(SYS_pread64, descriptor, bytes, count, offset);
}
ssize_t pread64(int descriptor, void *bytes, size_t count, off64_t offset) {
    return pread(descriptor, bytes, count, offset);
}

// RocksDB reads its logs so.
size_t(fread_unlocked)(void *bytes, size_t size, size_t count, FILE *file) {
    static size_t (*next)(void *, size_t, size_t, FILE *);
    if (!next) next = (size_t (*)(void *, size_t, size_t, FILE *))dlsym(RTLD_NEXT, "fread_unlocked");
    // Nothing read and not at the end: that is an error to the caller, who looks at errno.
    if (read_fails(fileno(file))) return 0;
    return next(bytes, size, count, file);
}
