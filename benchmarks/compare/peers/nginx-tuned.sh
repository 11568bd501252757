#!/usr/bin/env bash
# The same script, with what nginx has since 1.27.4: workers that a reload leaves behind keep idle connections for a
# while, so that no request meets one that is just being closed. The script waits for them, as long as for a drain.
mkdir -p "$BENCH_DIR/conf"
echo 'keepalive_min_timeout 10s;' > "$BENCH_DIR/conf/tuning.conf"
exec "$(dirname "$0")/nginx-script.sh" "$@"
