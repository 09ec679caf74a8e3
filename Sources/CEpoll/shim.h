/* Of Linux, what Swift's Glibc leaves out and a load of many connections needs: epoll(7), and the slack of timers. */
#include <sys/epoll.h>
#include <sys/prctl.h>

/* prctl() takes variable arguments, which Swift cannot pass. */
static inline int tradewind_timer_slack(unsigned long nanoseconds) {
    return prctl(PR_SET_TIMERSLACK, nanoseconds, 0, 0, 0);
}
