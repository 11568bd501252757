#!/usr/bin/env bash
# Ourselves.
. "$(dirname "$0")/common.sh"

up() {
    sed "s/BENCH_PORT/$BENCH_PORT/" "$here/services.yaml" > "$BENCH_DIR/services.yaml"
    deploy "$1"
}

deploy() {
    bluegreen deploy --file "$BENCH_DIR/services.yaml" --tag "$1" --bake 0s
}

down() {
    docker ps --all --quiet --filter "label=bluegreen.project=bench" | xargs --no-run-if-empty docker rm --force --volumes > /dev/null
    docker network ls --quiet --filter "label=bluegreen.project=bench" | xargs --no-run-if-empty docker network rm > /dev/null
}

"$@"
