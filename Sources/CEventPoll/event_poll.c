#include "event_poll.h"

#include <errno.h>

#if defined(__linux__)

#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <time.h>

int event_poll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

int event_poll_add(int poll, int descriptor, uint64_t tag) {
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = tag};
    return epoll_ctl(poll, EPOLL_CTL_ADD, descriptor, &event);
}

int event_poll_set(int poll, int descriptor, uint64_t tag, int waits_for_room) {
    struct epoll_event event = {.events = EPOLLIN | (waits_for_room ? EPOLLOUT : 0), .data.u64 = tag};
    return epoll_ctl(poll, EPOLL_CTL_MOD, descriptor, &event);
}

int event_poll_remove(int poll, int descriptor) { return epoll_ctl(poll, EPOLL_CTL_DEL, descriptor, NULL); }

int event_poll_wait(int poll, uint64_t *tags, int tags_max, int milliseconds) {
    struct epoll_event events[128];
    int count = epoll_wait(poll, events, tags_max < 128 ? tags_max : 128, milliseconds);
    for (int index = 0; index < count; index++) tags[index] = events[index].data.u64;
    return count;
}

int event_timer_create(void) { return timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC); }

int event_timer_set(int timer, uint64_t moment) {
    struct itimerspec time = {
        .it_value = {.tv_sec = (time_t)(moment / 1000000000), .tv_nsec = (long)(moment % 1000000000)}};
    return timerfd_settime(timer, TFD_TIMER_ABSTIME, &time, NULL);
}

#else

static int unavailable(void) {
    errno = ENOSYS;
    return -1;
}

int event_poll_create(void) { return unavailable(); }
int event_poll_add(int poll, int descriptor, uint64_t tag) { return unavailable(); }
int event_poll_set(int poll, int descriptor, uint64_t tag, int waits_for_room) { return unavailable(); }
int event_poll_remove(int poll, int descriptor) { return unavailable(); }
int event_poll_wait(int poll, uint64_t *tags, int tags_max, int milliseconds) { return unavailable(); }
int event_timer_create(void) { return unavailable(); }
int event_timer_set(int timer, uint64_t moment) { return unavailable(); }

#endif
