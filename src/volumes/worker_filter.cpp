// The system calls that are left to a worker.
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <vector>

#include "volumes/worker_process.h"

namespace pregap::volumes {
namespace {

#if defined(__x86_64__)
constexpr unsigned kMachine = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr unsigned kMachine = AUDIT_ARCH_AARCH64;
#else
constexpr unsigned kMachine = 0;
#endif

// Memory, time, threads' locks, and what is open already. Everything else fails with EPERM:
// opening, creating, renaming or removing files, other processes, the network.
constexpr std::array kAllowed = {
    SYS_read,         SYS_write,          SYS_sendto,        SYS_recvfrom,     SYS_close,
    SYS_mmap,         SYS_munmap,         SYS_mremap,        SYS_mprotect,     SYS_madvise,
    SYS_brk,          SYS_futex,          SYS_exit,          SYS_exit_group,   SYS_rt_sigreturn,
    SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_clock_gettime, SYS_gettimeofday, SYS_setitimer,
    SYS_getrandom,    SYS_getpid,         SYS_gettid,        SYS_tgkill,       SYS_sched_yield,
    SYS_sigaltstack,
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    SYS_pipe2,  // how they find out whether memory may be read
#ifdef SYS_pipe
    SYS_pipe,
#endif
#endif

};

constexpr sock_filter statement(unsigned code, unsigned value) {
  return {static_cast<unsigned short>(code), 0, 0, value};
}
constexpr sock_filter jump_if_equal(unsigned value, unsigned char yes, unsigned char no) {
  return {static_cast<unsigned short>(BPF_JMP | BPF_JEQ | BPF_K), yes, no, value};
}

}  // namespace

bool forbid_system_calls() noexcept {
  if (kMachine == 0) return false;
  try {
    std::vector<sock_filter> program = {
        statement(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch)),
        jump_if_equal(kMachine, 1, 0),
        statement(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        statement(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
    };
    for (const auto number : kAllowed) {
      program.push_back(jump_if_equal(static_cast<unsigned>(number), 0, 1));
      program.push_back(statement(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
    }
    program.push_back(statement(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM));
    const sock_fprog filter{.len = static_cast<unsigned short>(program.size()),
                            .filter = program.data()};
    return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
  } catch (...) {
    return false;
  }
}

}  // namespace pregap::volumes
