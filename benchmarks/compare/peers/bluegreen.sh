#!/usr/bin/env bash
# Ourselves.
. "$(dirname "$0")/common.sh"

up() {
    sed "s/BENCH_NAME/$name/; s/BENCH_PORT/$BENCH_PORT/" "$here/services.yaml" > "$BENCH_DIR/services.yaml"
    deploy "$1"
}

deploy() {
    bluegreen deploy --file "$BENCH_DIR/services.yaml" --tag "$1" --bake 0s
}

down() {
    clear "bluegreen.project=$name"
}

"$@"
