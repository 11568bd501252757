#!/usr/bin/env bash
# What most pipelines end in: remove the container, run the next one.
. "$(dirname "$0")/common.sh"

up() {
    network
    start "$name" "$1" --publish "127.0.0.1:$BENCH_PORT:3000"
    until_answers "$name"
}

deploy() {
    docker rm --force "$name" > /dev/null
    start "$name" "$1" --publish "127.0.0.1:$BENCH_PORT:3000"
}

"$@"
