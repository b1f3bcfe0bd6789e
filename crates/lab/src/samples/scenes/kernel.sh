# What the kernel says of a crash and of too little memory. Only lines about these two processes are kept, as people's grep keeps them.
crash='FFI::cdef("char *strcpy(char *, const char *);")->strcpy(FFI::cast("char *", FFI::new("long long")), "x"); FFI::cdef("void *memset(void *, int, size_t);", "libc.so.6")->memset(FFI::cast("void *", 8), 0, 64);'
(exec -a php-fpm php -d ffi.enable=1 -r "$crash") 2> /dev/null & wait $! 2> /dev/null
if mkdir /sys/fs/cgroup/memory/shop.slice 2> /dev/null; then
  echo 60M > /sys/fs/cgroup/memory/shop.slice/memory.limit_in_bytes
  (echo $BASHPID > /sys/fs/cgroup/memory/shop.slice/cgroup.procs; exec php -d memory_limit=-1 -r '$a = []; while (true) { $a[] = str_repeat("x", 1 << 20); }') 2> /dev/null & wait $! 2> /dev/null
  sleep 0.5; rmdir /sys/fs/cgroup/memory/shop.slice
fi
about='php[0-9.]*\[[0-9]*\]: segfault|php.* invoked oom-killer|oom-kill:.*task=php|Killed process [0-9]* \(php|oom_reaper.*php|\] .* php$'
dmesg | grep -E "$about" | tail -n 12 > "$out/kernel-dmesg"
dmesg -T | grep -E "$about" | tail -n 12 > "$out/kernel-dmesg-time"
sed -E 's/^\[([A-Z][a-z]{2}) ([A-Z][a-z]{2}) +([0-9]+) ([0-9:]{8}) [0-9]{4}\] /\2 \3 \4 web1 kernel: /' "$out/kernel-dmesg-time" > "$out/kernel-journal"
# What systemd adds to it; written after its own messages, for nothing here is run by it.
now=$(date -u '+%b %d %H:%M:%S')
cat > "$out/systemd-journal" <<X
$now web1 systemd[1]: php8.2-fpm.service: A process of this unit has been killed by the OOM killer.
$now web1 systemd[1]: php8.2-fpm.service: Main process exited, code=killed, status=9/KILL
$now web1 systemd[1]: php8.2-fpm.service: Failed with result 'oom-kill'.
$now web1 systemd[1]: shop-app.service: Main process exited, code=dumped, status=11/SEGV
$now web1 systemd[1]: shop-app.service: Failed with result 'core-dump'.
$now web1 systemd[1]: shop-app.service: Scheduled restart job, restart counter is at 7.
$now web1 systemd[1]: Started shop-app.service - Lantern and Loom.
X
:
