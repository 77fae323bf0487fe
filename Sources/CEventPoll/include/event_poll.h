#pragma once

#include <stdint.h>

// Linux's epoll and timerfd, which Swift's Glibc module leaves out. All return -1 and set errno when they fail, as on
// other systems they always do.

/// A new poll; close it with close().
int event_poll_create(void);

/// Tells of `descriptor` when it can be read, by its `tag`.
int event_poll_add(int poll, int descriptor, uint64_t tag);

/// Whether a watched descriptor is told of when it has room to be written, too.
int event_poll_set(int poll, int descriptor, uint64_t tag, int waits_for_room);

/// Tells of a descriptor no more.
int event_poll_remove(int poll, int descriptor);

/// Waits for up to so many milliseconds, -1 for as long as it takes, and writes the tags of what can be read. Returns how many.
int event_poll_wait(int poll, uint64_t *tags, int tags_max, int milliseconds);

/// A new timer; it can be read once its moment has come.
int event_timer_create(void);

/// Sets the moment, nanoseconds of the monotonic clock.
int event_timer_set(int timer, uint64_t moment);
