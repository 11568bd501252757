#!/usr/bin/env bash
# A careful script: start, wait, rewrite the upstream, test, reload, wait for nginx's old workers, stop.
. "$(dirname "$0")/common.sh"

upstream() { # CONTAINER
    printf 'upstream app { zone app 64k; server %s:3000; keepalive 32; keepalive_timeout 4s; }\n' "$(address "$1")" > "$BENCH_DIR/conf/upstream.next"
    mv "$BENCH_DIR/conf/upstream.next" "$BENCH_DIR/conf/upstream.conf"
}

up() {
    network
    mkdir -p "$BENCH_DIR/conf"
    cp "$here/nginx.conf" "$BENCH_DIR/conf/nginx.conf"
    start "$name-blue" "$1"
    until_answers "$name-blue"
    upstream "$name-blue"
    echo "$name-blue" > "$current"
    docker run --detach --name "$name" --network "$name" --label "bench=$name" --stop-signal SIGQUIT \
        --publish "127.0.0.1:$BENCH_PORT:80" --volume "$BENCH_DIR/conf:/etc/bench:ro" \
        --entrypoint nginx nginx:1.30 -c /etc/bench/nginx.conf -g 'daemon off;' > /dev/null
}

old_workers() {
    docker top "$name" -o args | grep --count 'shutting down'
}

deploy() {
    local old new
    old=$(cat "$current")
    new=$(other "$old")
    start "$new" "$1"
    until_answers "$new"
    upstream "$new"
    docker exec "$name" nginx -t -q -c /etc/bench/nginx.conf
    docker exec "$name" nginx -s reload -c /etc/bench/nginx.conf
    echo "$new" > "$current"
    sleep 0.5
    for _ in $(seq $((DRAIN_SECONDS * 10))); do
        if [ "$(old_workers)" = 0 ]; then break; fi
        sleep 0.1
    done
    retire "$old"
}

"$@"
