#!/usr/bin/env bash
# Caddy through its admin API: start, wait, change the upstream, wait until the old one has no request, stop.
. "$(dirname "$0")/common.sh"

admin=127.0.0.1:$((BENCH_PORT + 1))

up() {
    network
    start "$name-blue" "$1"
    until_answers "$name-blue"
    echo "$name-blue" > "$current"
    cp "$here/caddy.json" "$BENCH_DIR/caddy.json"
    docker run --detach --name "$name" --network "$name" --label "bench=$name" \
        --publish "127.0.0.1:$BENCH_PORT:80" --publish "$admin:2019" \
        --volume "$BENCH_BINARIES/caddy:/caddy:ro" --volume "$BENCH_DIR:/etc/bench:ro" \
        --entrypoint /caddy bluegreen-python:3 run --config /etc/bench/caddy.json > /dev/null
    until curl --silent --output /dev/null "http://$admin/config/"; do sleep 0.1; done
    upstream "$name-blue"
}

upstream() { # CONTAINER
    curl --fail --silent --show-error --output /dev/null --request PATCH "http://$admin/id/app/upstreams" \
        --header 'Content-Type: application/json' --data "[{\"dial\": \"$1:3000\"}]"
}

# Caddy lists an upstream as long as something uses it.
busy() { # CONTAINER
    curl --fail --silent "http://$admin/reverse_proxy/upstreams" | grep --quiet "\"$1:3000\",\"num_requests\":[1-9]"
}

deploy() {
    local old new
    old=$(cat "$current")
    new=$(other "$old")
    start "$new" "$1"
    until_answers "$new"
    upstream "$new"
    echo "$new" > "$current"
    for _ in $(seq $((DRAIN_SECONDS * 10))); do
        if ! busy "$old"; then break; fi
        sleep 0.1
    done
    retire "$old"
}

"$@"
