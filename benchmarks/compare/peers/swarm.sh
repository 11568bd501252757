#!/usr/bin/env bash
# Docker Swarm's own rolling update, new before old, with Traefik in front: names lead to tasks, since not every
# kernel has what virtual addresses need.
. "$(dirname "$0")/common.sh"

network() {
    docker swarm init --advertise-addr 127.0.0.1 > /dev/null
    docker network create --driver overlay --attachable --label "bench=$name" "$name" > /dev/null
}

up() {
    network
    docker run --detach --name "$name" --network "$name" --label "bench=$name" \
        --publish "127.0.0.1:$BENCH_PORT:80" --volume /var/run/docker.sock:/var/run/docker.sock \
        --volume "$BENCH_BINARIES/traefik:/traefik:ro" --entrypoint /traefik bluegreen-python:3 \
        --entrypoints.web.address=:80 --providers.swarm.network="$name" --providers.swarm.exposedbydefault=false \
        --providers.swarm.refreshseconds=1 --serverstransport.forwardingtimeouts.idleconntimeout=4s --log.level=ERROR > /dev/null
    docker service create --quiet --detach=false --name "$name-app" --network "$name" --endpoint-mode dnsrr "${options[@]}" \
        --label traefik.enable=true --label 'traefik.http.routers.app.rule=PathPrefix(`/`)' \
        --label traefik.http.services.app.loadbalancer.server.port=3000 "${probe[@]}" \
        --update-order start-first --update-failure-action rollback --stop-grace-period 30s "bluegreen-bench:$1" > /dev/null
}

deploy() {
    docker service update --quiet --detach=false --image "bluegreen-bench:$1" \
        --env-add "READY_DELAY=$READY_DELAY" --env-add "SIGTERM=$SIGTERM" "$name-app" > /dev/null
}

down() {
    docker service rm "$name-app" > /dev/null || true
    docker rm --force "$name" > /dev/null || true
    docker swarm leave --force > /dev/null || true
}

"$@"
