// What Swift's static libraries ask of the machine's libraries, and what a newer machine binds to a version of its own that
// Amazon Linux 2023 does not have. A definition in the program itself is found first, so nothing is asked of the machine.
// Why, and what else was thought of: Documentation/decisions/0021-own-definitions-for-older-systems.md

#include "CGlibcCompatibility.h"

#if defined(__GLIBC__) || defined(__linux__)
#include <math.h>
#include <pthread.h>

// Not for shared libraries, which have their own.
#define OWN __attribute__((visibility("hidden")))

// GLIBC_2.35: without setting errno for POSIX's older error handling, which nothing here reads.

OWN float hypotf(float x, float y) {
    // An infinite side makes the result infinite, whatever the other is.
    if (isinf(x) || isinf(y)) return INFINITY;
    // Squares of floats and their sum are exact enough, and neither overflow nor underflow, as doubles.
    return (float)sqrt((double)x * x + (double)y * y);
}

OWN double hypot(double x, double y) {
    if (isinf(x) || isinf(y)) return INFINITY;
    double large = fmax(fabs(x), fabs(y)), small = fmin(fabs(x), fabs(y));
    if (isnan(x) || isnan(y)) return x + y;
    if (small == 0) return large;
    // By its own exponent, so that no square overflows or vanishes; squared with the rounding error kept.
    int exponent = ilogb(large);
    double a = scalbn(large, -exponent), b = scalbn(small, -exponent);
    double square = a * a, rest = fma(a, a, -square) + b * b;
    return scalbn(sqrt(square + rest), exponent);
}

// GLIBCXX_3.4.30: std::condition_variable::wait(std::unique_lock<std::mutex>&), the same as ever but for an exception that
// it may let through. Both types begin with what pthreads wait on: a condition, and a pointer to a mutex.
OWN void waitOnCondition(pthread_cond_t *condition, pthread_mutex_t **lock)
    __asm__("_ZNSt18condition_variable4waitERSt11unique_lockISt5mutexE");

void waitOnCondition(pthread_cond_t *condition, pthread_mutex_t **lock) { pthread_cond_wait(condition, *lock); }
#endif
