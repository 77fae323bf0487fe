#ifndef CGLIBC_COMPATIBILITY_H
#define CGLIBC_COMPATIBILITY_H

// Nothing to call: a program that links this module has older definitions of what its C library has newer ones of.

#endif
