# shellcheck shell=bash
# Sourced by every peer: `PEER up RELEASE`, `PEER deploy RELEASE`, `PEER down`.
# BENCH_NAME is what it calls what it makes, BENCH_PORT where clients come, BENCH_DIR a folder of its own,
# BENCH_BINARIES where programs of peers are;
# READY_DELAY and SIGTERM go on to the application; who drains does so for DRAIN_SECONDS at most.
set -euo pipefail

here=$(dirname "${BASH_SOURCE[0]}")
name=$BENCH_NAME
current=$BENCH_DIR/current
options=(--env READY_DELAY --env SIGTERM)
probe=(--health-cmd 'test ! -f /tmp/drain && python3 -IS app/healthcheck.py' --health-interval 500ms --health-retries 1)

start() { # CONTAINER RELEASE [OPTION…]
    docker run --detach --name "$1" --network "$name" --label "bench=$name" "${options[@]}" "${@:3}" "bluegreen-bench:$2" > /dev/null
}

address() { # CONTAINER
    docker inspect --format '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' "$1"
}

# Ask every tenth of a second, for 20 s; a container that does not get healthy goes.
until_answers() { # CONTAINER
    local url
    url=http://$(address "$1"):3000/health
    for _ in {1..200}; do
        if curl --fail --silent --max-time 1 --output /dev/null "$url"; then return; fi
        sleep 0.1
    done
    give_up "$1"
}

until_docker_says() { # healthy|unhealthy CONTAINER
    for _ in {1..200}; do
        if [ "$(docker inspect --format '{{.State.Health.Status}}' "$2")" = "$1" ]; then return; fi
        sleep 0.1
    done
    give_up "$2"
}

give_up() { # CONTAINER
    docker rm --force "$1" > /dev/null
    echo "$1 did not get healthy within 20 s" >&2
    exit 1
}

retire() { # CONTAINER
    docker stop --time 30 "$1" > /dev/null
    docker rm "$1" > /dev/null
}

# The name that the next release gets.
other() { # CONTAINER
    if [ "$1" = "$name-blue" ]; then echo "$name-green"; else echo "$name-blue"; fi
}

network() {
    docker network create --label "bench=$name" "$name" > /dev/null
}

clear() { # LABEL
    docker ps --all --quiet --filter "label=$1" | xargs --no-run-if-empty docker rm --force --volumes > /dev/null
    docker network ls --quiet --filter "label=$1" | xargs --no-run-if-empty docker network rm > /dev/null
}

down() {
    clear "bench=$name"
}
